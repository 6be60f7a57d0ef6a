import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import { roleTexts } from '#client/ui/access/roleTexts.ts';
import { Button } from '#client/ui/Button.tsx';
import { Instant } from '#client/ui/values/Instant.tsx';

type User = RouterOutputs['access']['users']['list'][number];

interface UsersTableProps {
  users: readonly User[];
  ownName: string;
  onOpen: (name: string) => void;
}

/** A plain table: a server has few users. */
export function UsersTable({ users, ownName, onOpen }: UsersTableProps) {
  const cell = 'px-3 py-1.5 text-left';
  return (
    <div className="overflow-x-auto">
      <table aria-label="Users" className="w-full">
        <thead className="border-b border-line text-sm text-dim">
          <tr>
            {['Name', 'Role', 'Password set', ''].map((title) => (
              <th key={title} scope="col" className={`${cell} font-normal whitespace-nowrap`}>
                {title === '' ? <span className="sr-only">Change</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {users.map(({ name, role, passwordSetAtMs }) => (
            <tr key={name}>
              <th scope="row" className={`${cell} font-medium break-all`}>
                {name}
                {name === ownName && <span className="ml-1.5 text-sm font-normal text-dim">you</span>}
              </th>
              <td className={cell} title={`may ${roleTexts[role]}`}>
                {role}
              </td>
              <td className={`${cell} whitespace-nowrap text-dim`}>
                <Instant atMs={passwordSetAtMs} />
              </td>
              <td className={`${cell} text-right`}>
                <Button aria-label={`Change ${name}`} onClick={() => onOpen(name)}>
                  Change…
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
