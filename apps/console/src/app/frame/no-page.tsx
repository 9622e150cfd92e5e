import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { ErrorState } from '../../parts/states/error-state.tsx';
import { useTexts } from '../../texts/use-texts.tsx';

/** At an address that is no page's. */
export function MissingPage() {
  const { frame } = useTexts();
  return (
    <main className="alone">
      <h1>{frame.noPage}</h1>
      <p>{frame.noPageWhy}</p>
      <Link to="/">{frame.toHome}</Link>
    </main>
  );
}

export function FailedPage({ error }: ErrorComponentProps) {
  const { frame } = useTexts();
  return (
    <main className="alone">
      <ErrorState what={frame.failed} error={error} />
      <a href="/">{frame.toHome}</a>
    </main>
  );
}

/** Opened under a name that sign-in does not know. */
export function ElsewherePage() {
  const { frame } = useTexts();
  return (
    <main className="alone">
      <h1>{frame.elsewhere}</h1>
      <p>{frame.elsewhereWhy(location.origin)}</p>
      <code>BATON_PUBLIC_URL={location.origin}</code>
    </main>
  );
}
