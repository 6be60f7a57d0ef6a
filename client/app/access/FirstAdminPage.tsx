import { useState } from 'react';
import type { Me } from '#client/lib/access/accessContext.ts';
import { useAccessActs } from '#client/lib/access/useAccessActs.ts';
import { PASSWORD_HINT } from '#client/ui/access/passwordHint.ts';
import { Button } from '#client/ui/Button.tsx';
import { FailureNote } from '#client/ui/FailureNote.tsx';
import { TextField } from '#client/ui/TextField.tsx';
import { DoorFrame } from './DoorFrame.tsx';

/** While there is no admin: whoever can read what the server printed becomes one. */
export function FirstAdminPage({ me }: { me: Me }) {
  const { claimFirstAdmin: claim } = useAccessActs();
  const [token, setToken] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const submit = () => {
    if (!claim.isPending) claim.mutate({ token, name, password });
  };
  return (
    <DoorFrame title="Make the first admin" me={me} onSubmit={submit}>
      <p className="text-dim">
        This server has no admin yet. It printed a token when it started; the token works once, for 30
        minutes.
      </p>
      <TextField
        label="Token"
        name="one-time-token"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={100}
        className="font-mono"
        value={token}
        onText={setToken}
      />
      <TextField
        label="Your name"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={64}
        value={name}
        onText={setName}
      />
      <TextField
        label="A password"
        name="new-password"
        type="password"
        autoComplete="new-password"
        required
        maxLength={256}
        hint={PASSWORD_HINT}
        value={password}
        onText={setPassword}
      />
      <FailureNote error={claim.error} />
      <Button type="submit" disabled={claim.isPending} className="min-h-8">
        {claim.isPending ? 'Making you admin' : 'Become admin'}
      </Button>
    </DoorFrame>
  );
}
