/** What the API says about itself: a closed list of named events. */
export type ApiEvent =
  | { readonly event: 'apiStarted'; readonly url: string; readonly access: boolean }
  | { readonly event: 'apiStopped' }
  | { readonly event: 'topicMissing'; readonly topic: string }
  | {
      readonly event: 'requestFailed';
      readonly requestId: string;
      readonly path: string;
      readonly reason: string;
    }
  | { readonly event: 'accessTrouble'; readonly text: string }
  | { readonly event: 'apiCrashed'; readonly reason: string };

export type ApiLog = (event: ApiEvent) => void;
