/** Where the inbox listens, and what its receivers want to be called with. */
export type InboxAddress = {
  readonly pagerdutyUrl: string;
  readonly webhookUrl: string;
  /** `whsec_…`, another at every start. */
  readonly webhookSecret: string;
};
