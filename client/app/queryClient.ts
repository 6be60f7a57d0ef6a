import { QueryClient } from '@tanstack/react-query';
import { describeFailure } from '#client/lib/errorText.ts';

/**
 * Expected failures are answers: asking again at once changes nothing. Only a server that did not answer is asked once more;
 * after that the refresh interval asks again, so that a hundred open pages are no storm.
 */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failureCount, error) => failureCount < 1 && describeFailure(error).isServerGone,
        retryDelay: 1_000,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
}
