import { SCIM_TYPE, scimError } from '../scim-form.ts';
import type { Dialect } from './dialect.ts';
import { platform } from './platform.ts';

/** Every path below its root has SCIM's form of errors (RFC 7644, 3.12). */
export const scim: Dialect = {
  ...platform,
  name: 'scim',
  prefix: '/identity/scim/v2/',
  refusalType: SCIM_TYPE,
  refusal: ({ status, message }) => scimError(status, message),
};
