import { useRef, useState } from 'react';
import type { Me } from '#client/lib/access/accessContext.ts';
import { useAccessActs } from '#client/lib/access/useAccessActs.ts';
import { Button } from '#client/ui/Button.tsx';
import { FailureNote } from '#client/ui/FailureNote.tsx';
import { TextField } from '#client/ui/TextField.tsx';
import { DoorFrame } from './DoorFrame.tsx';

export function LoginPage({ me }: { me: Me }) {
  const { login } = useAccessActs();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const passwordField = useRef<HTMLInputElement>(null);
  const submit = () => {
    if (login.isPending) return;
    // What was typed is typed again, over it.
    const onError = () => {
      passwordField.current?.focus();
      passwordField.current?.select();
    };
    login.mutate({ name, password }, { onError });
  };
  return (
    <DoorFrame title="Log in" me={me} onSubmit={submit}>
      <TextField
        label="Name"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={100}
        value={name}
        onText={setName}
      />
      <TextField
        ref={passwordField}
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        maxLength={256}
        value={password}
        onText={setPassword}
      />
      <FailureNote error={login.error} />
      <Button type="submit" disabled={login.isPending} className="min-h-8">
        {login.isPending ? 'Logging in' : 'Log in'}
      </Button>
    </DoorFrame>
  );
}
