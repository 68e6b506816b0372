// Buttons that copy: `data-copies` names the element whose text goes to the clipboard.
"use strict";

const SHOWN_FOR = 2000;

async function copy(button) {
  const words = button.querySelector("span");
  const before = words.textContent;
  try {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
    words.textContent = "Copied";
  } catch {
    // Only pages of https and of this machine may write there: the text can still be marked by hand.
    getSelection().selectAllChildren(document.getElementById(button.dataset.copies));
    words.textContent = "Marked: copy it";
  }
  button.setAttribute("aria-live", "polite");
  setTimeout(() => { words.textContent = before; }, SHOWN_FOR);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copies]");
  if (button) copy(button);
});
