import { Bool, Complex, dto, Int32, Json, NameText, Text } from '../../kernel/contract/fields.ts';
import { operation, plain } from '../../kernel/contract/operation.ts';

const Answer = dto('AjaxResponse', {
  result: Text({ description: 'The token.' }),
  targetUrl: Text(),
  success: Bool({ notNull: true }),
  error: Complex(
    dto('ErrorInfo', { code: Int32(), message: Text(), details: Text(), validationErrors: Json() }),
  ),
  unAuthorizedRequest: Bool({ notNull: true }),
  __abp: Bool({ notNull: true }),
});

/** The sign-in of clients that are older than OAuth. It exists only if BATON_PASSWORD_SIGN_IN is true. */
export const authenticate = operation({
  id: 'Account_Authenticate',
  tag: 'Account',
  method: 'POST',
  path: '/api/Account/Authenticate',
  summary: 'Answers a token for a name and a password.',
  scope: null,
  permission: null,
  folder: 'none',
  callers: ['anonymous'],
  body: dto('LoginModel', {
    tenancyName: NameText({ maxLength: 64 }),
    usernameOrEmailAddress: NameText({ required: true, maxLength: 256 }),
    password: Text({ required: true, maxLength: 256 }),
  }),
  example: { tenancyName: 'Default', usernameOrEmailAddress: 'admin', password: 'the password' },
  answer: plain(Answer, 200, { also: { 400: { text: 'Name and password do not match.', body: 'same' } } }),
});
