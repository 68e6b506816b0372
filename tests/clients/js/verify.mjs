// Verifies a token offline: reads {token, keys, issuer, audience}, prints the claims.
import { createLocalJWKSet, jwtVerify } from "jose";
import { readFileSync } from "node:fs";

const { token, keys, issuer, audience } = JSON.parse(readFileSync(0, "utf8"));
const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { issuer, audience });
console.log(JSON.stringify(payload));
