import { passwordProblem } from '#shared/access/passwordRules.ts';
import { userNameProblem } from '#shared/access/userName.ts';
import { AppError } from '#shared/errorCodes.ts';

/** Whether a normalised name may have this password. Throws `AppError` usersUnchanged. */
export function checkNew(name: string, password: string): void {
  const problem = userNameProblem(name) ?? passwordProblem(password, name);
  if (problem !== null) throw new AppError('usersUnchanged', problem);
}
