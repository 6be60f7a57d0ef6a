interface BadDataProps {
  isBad: boolean;
  onChange: (isBad: boolean) => void;
}

/** Says that what is purged must not come back. Another answer is another plan. */
export function BadData({ isBad, onChange }: BadDataProps) {
  return (
    <label className="flex items-center gap-2">
      <input type="checkbox" checked={isBad} onChange={(event) => onChange(event.target.checked)} />
      The data is wrong or leaked: keep nothing of it for an undo
    </label>
  );
}
