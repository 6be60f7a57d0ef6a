import { useId } from 'react';
import { roleTexts } from '#client/ui/access/roleTexts.ts';
import { type Role, roles } from '#shared/roles.ts';

/** The four roles, each with what it may. */
export function RoleField({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-dim">Role</legend>
      {roles.map((role) => (
        <label key={role} className="flex items-baseline gap-2 max-md:min-h-8">
          <input
            type="radio"
            name={name}
            value={role}
            checked={role === value}
            onChange={() => onChange(role)}
          />
          <span>
            {role} <span className="text-sm text-dim">may {roleTexts[role]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
