// The part of npm `smtp-server` (which ships no types) that the sink uses.

declare module 'smtp-server' {
  import type { Server } from 'node:net';
  import type { Readable } from 'node:stream';

  export type Address = { readonly address: string };
  export type Session = {
    readonly id: string;
    readonly user?: string;
    readonly envelope: {
      readonly mailFrom: Address | false;
      readonly rcptTo: readonly Address[];
    };
  };
  type Done = (error?: Error | null, message?: string) => void;

  export type SMTPServerOptions = {
    readonly authOptional?: boolean;
    readonly allowInsecureAuth?: boolean;
    readonly disabledCommands?: readonly string[];
    readonly closeTimeout?: number;
    readonly size?: number;
    readonly onAuth?: (
      auth: { readonly username?: string; readonly password?: string },
      session: Session,
      done: (error: Error | null, response?: { readonly user: string }) => void,
    ) => void;
    readonly onMailFrom?: (address: Address, session: Session, done: Done) => void;
    readonly onRcptTo?: (address: Address, session: Session, done: Done) => void;
    readonly onData?: (stream: Readable, session: Session, done: Done) => void;
  };

  export class SMTPServer {
    constructor(options: SMTPServerOptions);
    readonly server: Server;
    listen(port: number, host: string, listening: () => void): Server;
    on(event: 'error', listener: (error: Error) => void): this;
    close(closed: () => void): void;
  }
}
