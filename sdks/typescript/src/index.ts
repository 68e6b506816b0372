/** Client for Gatepass: `client.auth` speaks REST v2.0, `new SessionController(client)` the betas. */

export type {
  AccessToken,
  AuthSettings,
  ClusterPreferences,
  FavoriteMetadata,
  OrgPreferences,
  OrgReference,
  Reference,
  Scope,
  SessionToken,
  Timed,
  Token,
  TokenValidation,
  TrustedKey,
  User,
} from "./answers.js";
export type { AuthController } from "./authController.js";
export { Client } from "./client.js";
export {
  type AuthRetries,
  type Configuration,
  DEFAULT_CONFIGURATION,
  Environment,
  type RequestOptions,
  type Settings,
} from "./configuration.js";
export * from "./errors.js";
export { ApiResponse, HttpRequest, HttpResponse } from "./exchange.js";
export type { Kind } from "./kinds.js";
export type * from "./requests.js";
export { SessionController } from "./sessionController.js";
export * from "./sessionModels.js";
