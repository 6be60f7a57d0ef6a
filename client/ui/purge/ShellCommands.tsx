import { CopyButton } from '../CopyButton.tsx';

interface ShellCommandsProps {
  commands: readonly string[];
  /** Shown at once, where the commands are what somebody came for. */
  isOpen?: boolean;
}

/** What a plan does, as lines for a shell, copyable; nothing where there are none. */
export function ShellCommands({ commands, isOpen = false }: ShellCommandsProps) {
  if (commands.length === 0) return null;
  const text = commands.join('\n');
  return (
    <details open={isOpen}>
      <summary className="cursor-pointer text-dim">The same from a shell</summary>
      <div className="mt-1 flex items-start gap-1 rounded-md border border-line bg-bg p-2">
        <pre className="min-w-0 flex-1 break-all whitespace-pre-wrap">{text}</pre>
        <CopyButton label="Copy the commands" text={text} />
      </div>
    </details>
  );
}
