/**
 * Every refusal of the API. `code` is the public errorCode. Numbers come from the API's documentation where
 * it proves them, and otherwise from the order of its enumeration (marked "derived").
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Only for the log. */
  readonly detail: unknown;
  /** What is wrong with the input, by the member's path. */
  readonly errors: Readonly<Record<string, readonly string[]>> | undefined;
  constructor(
    status: number,
    code: number,
    message: string,
    more: {
      headers?: Record<string, string>;
      detail?: unknown;
      errors?: Readonly<Record<string, readonly string[]>>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = more.headers ?? {};
    this.detail = more.detail;
    this.errors = more.errors;
  }
}

export const notFound = (what: string): ApiError => new ApiError(404, 1002, `${what} does not exist.`);
export const nameUsed = (name: string): ApiError =>
  new ApiError(409, 1001, `The name ${name} is already used.`);
export const alreadyExists = (message: string): ApiError => new ApiError(409, 1004, message);
/** Well-formed input breaks a rule. `code` is from the catalogue below. */
export const conflict = (code: number, message: string): ApiError => new ApiError(409, code, message);
export const badRequest = (code: number, message: string): ApiError => new ApiError(400, code, message);
/** A member of the input is wrong. The message begins with its path. */
export const invalid = (field: string, reason: string): ApiError =>
  new ApiError(400, CODE.InvalidArgument, `${field}: ${reason}`, { errors: { [field]: [reason] } });
/** The whole body, or the parameter that contains it, is missing or of the wrong kind. */
export const mustNotBeNull = (parameter: string): ApiError =>
  new ApiError(400, 0, `${parameter} must not be null`);
export const badQuery = (message: string): ApiError => new ApiError(400, CODE.InvalidRequest, message);
export const folderRequired = (): ApiError =>
  new ApiError(400, CODE.RequiredOrganizationUnit, 'A folder is required for this action.');
export const folderUnknown = (): ApiError =>
  new ApiError(
    400,
    CODE.InvalidOrganizationUnit,
    'Folder does not exist or the user does not have access to the folder.',
  );
export const forbidden = (detail = 'You are not allowed to perform this operation.'): ApiError =>
  new ApiError(403, 0, 'You are not authorized!', { detail });
export const unauthenticated = (reason?: string): ApiError =>
  new ApiError(401, 0, 'You are not authenticated!', {
    headers: {
      'www-authenticate': reason ? `Bearer error="invalid_token", error_description="${reason}"` : 'Bearer',
    },
  });
/** @param expected what to send instead */
export const unsupportedType = (given: string | undefined, expected: string): ApiError =>
  new ApiError(
    415,
    0,
    given === undefined
      ? `The body has no content type: send ${expected}.`
      : `The content type '${given.slice(0, 80)}' is not supported: send ${expected}.`,
  );
export const unavailable = (message: string, retryAfterSeconds = 1): ApiError =>
  new ApiError(503, 1025, message, { headers: { 'retry-after': String(retryAfterSeconds) } });

/** No room is left. It is not 503, because clients repeat that, and waiting does not help here. */
export const storageFull = (): ApiError =>
  new ApiError(507, 1025, "The server's storage is full: nothing can be stored until there is room again.");

/** Names of the public enumeration. A number marked `derived` is its place in the published order. */
export const CODE = {
  InvalidRequest: 1000,
  NameAlreadyUsed: 1001,
  ItemNotFound: 1002,
  ItemAlreadyExists: 1004,
  ErrorUpdating: 1007,
  InvalidArgument: 1009,
  HasDependentItems: 1012, // derived
  ItemIsInUse: 1013, // derived
  DuplicateReference: 1016,
  ForbiddenOperation: 1017,
  OptimisticConcurrency: 1020, // derived
  InvalidOrganizationUnit: 1100,
  RequiredOrganizationUnit: 1101,
  CannotCreateClassicEntities: 1106, // derived
  UnattendedRobotNotFound: 1230,
  CannotDeleteStaticRole: 1408, // derived, like all of the 1400s
  UserNotEditable: 1409,
  RoleIsNotEditable: 1414,
  UserNotFoundInDomain: 1415,
  CannotUpdateUsername: 1416,
  CannotChangeRoleType: 1426,
  InvalidTenantRole: 1427,
  InvalidFolderRole: 1428,
  CannotAssignFolderRolesToUser: 1430,
  CannotAssignTenantRolesToFolder: 1431,
  CannotDeleteLastAdmin: 1433,
  CannotUnassignLastAdmin: 1434,
  CannotInactivateLastAdmin: 1435,
  CreateCustomMixedRoleNotAllowed: 1439,
  CredentialAssetEmptyPasswordForNewUser: 1500,
  AssetTypeNonUpdatable: 1502, // derived
  AssetNotAvailableForRobot: 1503, // derived
  AssetNotFound: 1504, // derived
  JobCannotBeCancelled: 1653, // derived, like all of the 1600s but 1671
  JobCannotBeTerminated: 1654,
  InvalidStartJobRobotIds: 1664,
  NoRobotsAvailable: 1671,
  InvalidJobStateForResume: 1675,
  CannotRestartUnfinishedJob: 1686,
  MandatoryPropertiesForRootFolder: 2801,
  IncompatibleFolderProperties: 2802,
  MaximumFolderHierarchyDepthReached: 2804,
  CannotChangeFolderPermissionModel: 2806,
  CannotEditFolderParent: 2807,
  EntitiesRequiredForAssignmentNotFound: 2808,
  InvalidFolderDisplayName: 2810,
  AssociationAlreadyExists: 2811,
  StrategyNotAvailableInModernFolder: 2815,
  NoMachineAssociatedWithFolder: 2818,
  CannotMoveToDescendantFolder: 2820,
  CannotDeleteEntitiesInHierarchy: 2823,
  NotInFinalStateJobsExist: 2824,
  CannotChangeFolderFeedType: 2826,
  CannotUnassignFromFolder: 2830,
  CannotMoveFolder: 2834,
} as const;
