/** The name of the unique index that an insert or update ran into, or undefined for any other error. */
export function uniqueViolation(error: unknown): string | undefined {
  const { code, constraint } = (error ?? {}) as { code?: string; constraint?: string };
  return code === '23505' ? (constraint ?? '') : undefined;
}

export function isUniqueViolation(error: unknown): boolean {
  return uniqueViolation(error) !== undefined;
}

/** The row is still referred to, or refers to none. */
export function isForeignKeyViolation(error: unknown): boolean {
  return ((error ?? {}) as { code?: string }).code === '23503';
}
