// Everything that can go wrong. Which kinds occur at all is drawn per seed (swarm testing): a world
// in which everything always happens never reaches the states between two faults.

import type { Fault } from './fault.ts';
import { clientFaults } from './faults-clients.ts';
import { controlFaults } from './faults-control.ts';
import { regionFaults } from './faults-regions.ts';

export const faults: readonly Fault[] = [...regionFaults, ...clientFaults, ...controlFaults];
