// Whether a session cookie can work in this frame at all.

const NAME = "gatepassProbe";

/** Write a cookie with the session cookie's attributes, and look whether it is still there. */
export function cookiesWork(attributes) {
  document.cookie = `${NAME}=1; ${attributes}`;
  const kept = document.cookie.split("; ").includes(`${NAME}=1`);
  document.cookie = `${NAME}=; Max-Age=0; ${attributes}`;
  return kept;
}
