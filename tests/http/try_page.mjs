// Runs the script of /docs on a page of two forms, and prints what it would send and show.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const [script, token] = process.argv.slice(2);
const sent = [];

function field(value, query) {
  return { value, dataset: query ? { query } : {} };
}

function form(method, path, elements, queries = []) {
  const listeners = {};
  const curl = {}, answer = { hidden: true };
  return {
    dataset: { method, path }, elements, listeners, curl, answer,
    querySelector: (name) => (name === ".curl" ? curl : answer),
    querySelectorAll: () => queries,
    addEventListener: (name, act) => { listeners[name] = act; },
  };
}

const forms = [
  form("POST", "/api/login", { body: field(`{"name": "O'Hara"}`) }),
  form("DELETE", "/api/sessions/{id}", { "path-id": field("a/b?c") }, [field("", "org"), field("x y", "account")]),
];
const tokenField = { value: token, addEventListener() {} };

vm.runInNewContext(readFileSync(script, "utf8"), {
  document: { getElementById: () => tokenField, querySelectorAll: () => forms },
  location: { origin: "http://127.0.0.1:8080" },
  URLSearchParams,
  fetch: async (path, options) => {
    sent.push({ path, ...options });
    return { status: 200, statusText: "OK", text: async () => '{"a":1}' };
  },
});
for (const one of forms) one.listeners.submit({ preventDefault() {} });
await new Promise((resolve) => setTimeout(resolve, 20));
console.log(JSON.stringify({
  sent, curl: forms.map((one) => one.curl.textContent), answers: forms.map((one) => one.answer.textContent),
}));
