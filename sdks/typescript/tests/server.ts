/** The other end: a server of Node.js that answers as a test says, and remembers what it was asked. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answer = (response: ServerResponse, asked: Asked) => void | Promise<void>;

export interface Server {
  readonly url: string;
  readonly asked: Asked[];
}

/** Serve until the test ends: answers in turn, the last one stays. */
export async function serving(...answers: Answer[]): Promise<Server> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    const { method = "", url = "", headers } = request;
    const one = { method, url, headers, body };
    asked.push(one);
    await answers[Math.min(asked.length, answers.length) - 1]?.(response, one);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** An answer of JSON. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(value));
  };
}

export const hangUp: Answer = (response) => {
  response.destroy();
};

export const USER = { id: "1", name: "ann", display_name: "Ann", visibility: "SHARABLE" };

/** A token of v2.0 that lives five minutes. */
export function token(text: string): object {
  return {
    token: text,
    creation_time_in_millis: 1_000,
    expiration_time_in_millis: 301_000,
    scope: { access_type: "FULL", org_id: 0, metadata_id: null },
    valid_for_user_id: "1",
    valid_for_username: "ann",
  };
}
