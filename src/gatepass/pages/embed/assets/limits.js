// What a caller may be shown here; the page says so, as the real one's data would be refused.

/** The reason why the route or Org asked for is not the caller's, or null. */
export function problemOf(caller, route, flags) {
  const limit = caller.object_id?.toLowerCase() ?? null;
  if (limit !== null && route.objects.length > 0 && !route.objects.includes(limit)) {
    return {
      code: "OBJECT_NOT_ALLOWED",
      message: "The session or token is limited to another object.",
    };
  }
  if (flags.orgId !== null && !caller.orgs.some((one) => one.id === flags.orgId)) {
    return { code: "ORG_NOT_ALLOWED", message: `The Org ${flags.orgId} is not open to this user.` };
  }
  return null;
}
