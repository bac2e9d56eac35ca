// The rules that come with the product: what a payments team wants to be woken for, and what can wait
// until morning. A rules file adds to them or replaces them.

import type { Rule } from '../rule.ts';
import { budgetRules } from './shipped-budget.ts';
import { pipelineRules } from './shipped-pipeline.ts';
import { regionRules } from './shipped-regions.ts';

export const shippedRules: readonly Rule[] = [...regionRules, ...budgetRules, ...pipelineRules];
