/** What the first start calls an organization, until somebody gives it a name that tells people something. */
export const UNNAMED = 'Default';

/** By which people know it; undefined where it has no name yet. */
export const shownNameOf = ({ displayName }: { readonly displayName: string }): string | undefined =>
  displayName === UNNAMED ? undefined : displayName;
