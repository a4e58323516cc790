// The certified provider npm oidc-provider on a free port of loopback: prints its issuer, takes the clients' keys as the first line of its input, and ends with it.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { once } from "node:events";

const redirectUri = "https://app.example/signin-oidc";
const signedOutUri = "https://app.example/bye";
const lines = createInterface({ input: process.stdin });
const [[line]] = await Promise.all([once(lines, "line"), import("oidc-provider")]);
const { keys } = JSON.parse(line);
lines.on("close", () => process.exit());

const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

const client = (client_id, token_endpoint_auth_method, more = {}) => ({
  client_id,
  token_endpoint_auth_method,
  redirect_uris: [redirectUri],
  post_logout_redirect_uris: [signedOutUri],
  response_types: ["code"],
  grant_types: ["authorization_code", "refresh_token"],
  ...more,
});
const secret = "a+b:c d%/=&~!*()";
const signed = (alg) => client(alg, "private_key_jwt", { jwks: { keys: [keys[alg]] }, token_endpoint_auth_signing_alg: alg });

const { default: Provider } = await import("oidc-provider");
const provider = new Provider(issuer, {
  clients: [
    client("public", "none"),
    client("basic", "client_secret_basic", { client_secret: secret }),
    client("post", "client_secret_post", { client_secret: secret }),
    client("pushed", "client_secret_basic", { client_secret: secret, require_pushed_authorization_requests: true }),
    client("bound", "none", { dpop_bound_access_tokens: true }),
    ...["PS256", "RS256", "ES256"].map(signed),
  ],
  clientAuthMethods: ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
  enabledJWA: { clientAuthSigningAlgValues: ["PS256", "RS256", "ES256"] },
  cookies: { keys: ["a key for tests"] },
  scopes: ["openid", "offline_access", "email", "profile", "read", "write"],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  conformIdTokenClaims: false,
  rotateRefreshToken: true,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `${id} of the provider`, email: `${id}@example.org`, email_verified: true }) }),
  features: {
    devInteractions: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true },
    revocation: { enabled: true },
    introspection: { enabled: false },
    userinfo: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: "read write", accessTokenFormat: "jwt", audience: "urn:files", jwt: { sign: { alg: "RS256" } } }),
    },
  },
});
server.on("request", provider.callback());

// What was used, which the wire alone does not show.
provider.on("grant.success", (ctx) => console.log(`grant ${ctx.oidc.params.grant_type} ${ctx.oidc.client.clientId}`));
console.log(issuer);
