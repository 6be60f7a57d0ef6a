import { describeFailure } from '#client/lib/errorText.ts';

/** Why an act was not done, read out at once; nothing when it did not fail. */
export function FailureNote({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  const { title, detail } = describeFailure(error);
  return (
    <p role="alert" className="text-verm">
      <b>{title}.</b> {detail}
    </p>
  );
}
