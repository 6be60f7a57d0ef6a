interface ReasonFieldProps {
  label: string;
  value: string;
  isRequired?: boolean;
  onText: (text: string) => void;
}

/** Why something is done, or is not: for the audit log. */
export function ReasonField({ label, value, isRequired = false, onText }: ReasonFieldProps) {
  return (
    <label className="flex flex-col gap-1 text-dim">
      {label}
      <input
        className="rounded-md border border-edge bg-bg px-2.5 py-1 text-text"
        value={value}
        maxLength={500}
        required={isRequired}
        onChange={(event) => onText(event.target.value)}
      />
    </label>
  );
}
