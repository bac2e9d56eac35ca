// The regions to break, where the demo put them.

import { isName } from '@regionpilot/protocol';
import Type from 'typebox';
import type { DemoState } from '../contract/demo.ts';
import { ProblemError } from '../problem.ts';
import type { Route } from '../route.ts';
import { name, text } from '../schemas/common.ts';
import { demoState } from '../schemas/pipeline.ts';

/** How the demo lets itself be steered. */
export type DemoHooks = {
  readonly state: () => DemoState;
  readonly inject: (region: string, fault: string) => Promise<void>;
  readonly heal: (region: string) => Promise<void>;
};

export function demoRoutes({ state, inject, heal }: DemoHooks): readonly Route[] {
  const regionParams = Type.Object({ region: name('The region.') });
  const known = (region: string): string => {
    if (isName(region) && state().regions.some((each) => each.region === region)) return region;
    throw new ProblemError('not-found', 'The demo has no such region');
  };
  return [
    {
      method: 'GET',
      path: '/api/v1/demo',
      scope: 'viewer',
      tag: 'demo',
      summary: 'The simulated world',
      response: demoState,
      handle: () => ({ body: state() }),
    },
    {
      method: 'POST',
      path: '/api/v1/demo/regions/:region/fault',
      scope: 'operator',
      tag: 'demo',
      summary: 'Break a region of the simulated world',
      params: regionParams,
      body: Type.Object({ fault: text('One of the faults the world knows.') }),
      response: demoState,
      problems: ['not-found'],
      write: true,
      handle: async ({ params, body }) => {
        const region = known(params['region'] ?? '');
        const { fault } = body as { readonly fault: string };
        const faults = state().faults.map((each) => each.fault);
        if (!faults.includes(fault)) {
          const errors = [
            { pointer: '/fault', got: fault.slice(0, 60), wanted: faults.join(', ') },
          ];
          throw new ProblemError('invalid-request', 'There is no such fault', { errors });
        }
        await inject(region, fault);
        return { body: state() };
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/demo/regions/:region/fault',
      scope: 'operator',
      tag: 'demo',
      summary: 'Heal a region of the simulated world',
      params: regionParams,
      response: demoState,
      problems: ['not-found'],
      write: true,
      handle: async ({ params }) => {
        await heal(known(params['region'] ?? ''));
        return { body: state() };
      },
    },
  ];
}
