// Whether a session cookie can work in this frame at all.

/** Write a cookie like the session's (`name=value; attributes`), and look whether it is kept. */
export function cookiesWork(probe) {
  document.cookie = probe;
  const kept = document.cookie.split("; ").includes(probe.split(";", 1)[0]);
  document.cookie = `${probe}; Max-Age=0`;
  return kept;
}
