/** oidc-provider's paths below the issuer, as IdentityServer has them. */
export const ROUTES = {
  authorization: '/connect/authorize',
  token: '/connect/token',
  revocation: '/connect/revocation',
  introspection: '/connect/introspect',
  end_session: '/connect/endsession',
  device_authorization: '/connect/deviceauthorization',
  code_verification: '/device',
  jwks: '/.well-known/openid-configuration/jwks',
} as const;

/** Our own endpoint, because oidc-provider's does not accept tokens that are JWTs. */
export const USERINFO = '/connect/userinfo';
