// The page /docs: sends a request as its form says, and shows it as a curl command.
"use strict";

const token = document.getElementById("token");

function request(form) {
  const path = form.dataset.path.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(form.elements[`path-${name}`].value));
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll("[data-query]")) {
    if (field.value !== "") query.set(field.dataset.query, field.value);
  }
  const text = query.toString();
  const body = form.elements.body ? form.elements.body.value : null;
  return { method: form.dataset.method, path: path + (text ? `?${text}` : ""), body };
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

// The token itself is not shown: what is copied from here may go anywhere.
function curl({ method, path, body }) {
  const parts = ["curl", "-X", method, quoted(location.origin + path)];
  if (token.value) parts.push("-H", '"Authorization: Bearer $TOKEN"');
  if (body !== null) parts.push("-H", quoted("Content-Type: application/json"), "-d", quoted(body));
  return parts.join(" ");
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function send(form) {
  const { method, path, body } = request(form);
  const headers = {};
  if (token.value) headers.Authorization = `Bearer ${token.value}`;
  if (body !== null) headers["Content-Type"] = "application/json";
  const answer = form.querySelector(".answer");
  try {
    const reply = await fetch(path, { method, headers, body, credentials: "same-origin" });
    answer.textContent = `${reply.status} ${reply.statusText}\n${pretty(await reply.text())}`;
  } catch (error) {
    answer.textContent = `no answer: ${error.message}`;
  }
  answer.hidden = false;
}

for (const form of document.querySelectorAll("form")) {
  const show = () => { form.querySelector(".curl").textContent = curl(request(form)); };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  form.addEventListener("input", show);
  token.addEventListener("input", show);
  show();
}
