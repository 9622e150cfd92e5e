import { Bool, DateTime, dto, Guid, List, NameText, Text } from '../../../kernel/contract/fields.ts';
import { nothing, operation, plain } from '../../../kernel/contract/operation.ts';
import { byEverybody } from '../declaration.ts';
import { pageOf, paging, sorting } from '../paging.ts';

const shared = { ...byEverybody, tag: 'User', scope: 'PM.User' } as const;
const params = { userId: Guid() };

export const Session = dto('UserSessionDto', {
  id: Guid(),
  /** When the person signed in. */
  creationTime: DateTime(),
  lastUsedTime: DateTime(),
  /** When it ends by itself if it is not used. */
  expiryTime: DateTime(),
  /** The place where it was last used. */
  clientIpAddress: Text(),
  browserInfo: Text(),
  /** Whether the token of this call came from this session. */
  isCurrent: Bool(),
});

export const getSessions = operation({
  ...shared,
  id: 'User_GetSessions',
  method: 'GET',
  path: '/identity/api/User/{userId}/Sessions',
  summary: 'In which browsers a user is signed in, the one used last first; everybody may read their own.',
  params,
  query: { ...paging, ...sorting },
  answer: plain(pageOf('UserSessionDtoPagedResultDto', Session)),
});

export const deleteSession = operation({
  ...shared,
  id: 'User_DeleteSession',
  method: 'DELETE',
  path: '/identity/api/User/{userId}/Sessions/{sessionId}',
  summary:
    'Signs a user out of one browser and of the applications that were opened from it: refresh tokens are refused at once, access tokens within a second.',
  params: { ...params, sessionId: Guid() },
  answer: nothing(),
  tells: 'audit',
});

export const deleteSessions = operation({
  ...shared,
  id: 'User_DeleteSessions',
  method: 'DELETE',
  path: '/identity/api/User/{userId}/Sessions',
  summary: 'Signs a user out everywhere; all tokens of theirs end, but personal access tokens.',
  params,
  query: {
    exceptCurrent: Bool({
      default: false,
      description: 'Leave out the session that the token of this call comes from, and what came from it.',
    }),
  },
  answer: nothing(),
  tells: 'audit',
});

export const Application = dto('UserApplicationDto', {
  clientId: Guid(),
  name: NameText(),
  scopes: List(Text()),
  /** Null if it was allowed before this was recorded. */
  creationTime: DateTime(),
  /** When it last got a token. Null if it has none that it could renew. */
  lastUsedTime: DateTime(),
});

export const getApplications = operation({
  ...shared,
  id: 'User_GetApplications',
  method: 'GET',
  path: '/identity/api/User/{userId}/Applications',
  summary:
    'Which applications may act for a user, with what scopes and since when; everybody may read their own.',
  params,
  query: { ...paging, ...sorting },
  answer: plain(pageOf('UserApplicationDtoPagedResultDto', Application)),
});

export const deleteApplication = operation({
  ...shared,
  id: 'User_DeleteApplication',
  method: 'DELETE',
  path: '/identity/api/User/{userId}/Applications/{clientId}',
  summary:
    'Takes back what a user allows an application: refresh tokens are refused at once, access tokens within a second, and it asks again.',
  params: { ...params, clientId: Guid() },
  answer: nothing(),
  tells: 'audit',
});
