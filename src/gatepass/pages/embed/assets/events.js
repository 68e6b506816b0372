// What hosts send, and what they get back. Whatever is not here is answered by its own type.

/** The handlers of host events, by type. */
export function hostEvents({ session, page }) {
  return {
    // The host's copy of who is signed in: acknowledged, not believed.
    InfoSuccess: () => ({ type: "InfoSuccess", data: {} }),
    // The real page fetches data here, so a session that ended is noticed here.
    Navigate: (where) => {
      page.navigate(where);
      session.check();
    },
    UpdateRuntimeFilters: () => { session.check(); },
    UpdateParameters: () => { session.check(); },
    Search: () => { session.check(); },
    // A frame that was kept in stock is shown, with the token of today.
    updateEmbedParams: (given) => { session.adopt(given?.authToken); },
    UiPassthrough: (asked) => passThrough(asked),
    GetPageContext: () => ({ type: "GetPageContext", data: { currentPath: page.route.path } }),
    EmbedDestroyed: () => { session.leave(); },
  };
}

function passThrough(asked) {
  if (asked?.type === "getAvailableUiPassthroughs") return [{ value: { keys: [] } }];
  return [{ value: {} }];
}
