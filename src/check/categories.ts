import { answerChecks } from './answers.ts'
import { builtOnChecks } from './built-on.ts'
import { bystanderChecks } from './bystanders.ts'
import type { Check } from './check.ts'
import { collation } from './collation.ts'
import { compatibilityChecks } from './compatibility.ts'
import { coverageChecks } from './coverage.ts'
import { crowd } from './crowd.ts'
import { decoyChecks } from './decoys.ts'
import { defaultChecks } from './defaults.ts'
import { faultChecks } from './fault.ts'
import { functionChecks } from './functions.ts'
import { growth } from './growth.ts'
import { hostileRows } from './hostile-row.ts'
import { hostileWrites } from './hostile-write.ts'
import { indexChecks } from './indexes.ts'
import { integrityChecks } from './integrity.ts'
import { lockChecks } from './locks.ts'
import { metadataChecks } from './metadata.ts'
import { metamorphic } from './metamorphic.ts'
import { missingPartChecks } from './missing-parts.ts'
import { otherChecks } from './others.ts'
import { performanceChecks } from './performance.ts'
import { randomHostileRows, randomSets } from './random-event.ts'
import { reapplyChecks } from './reapply.ts'
import { recordClockChecks } from './record-clock.ts'
import { recordMomentChecks } from './record-moment.ts'
import { sessionChecks } from './session.ts'
import { unpatchedAnswers } from './unpatched-answers.ts'
import { viewChecks } from './views.ts'
import { zone } from './zone.ts'

/** Every check, in the order of the eight categories. */
export const allChecks: readonly Check[] = [
  ...indexChecks,
  ...viewChecks,
  ...functionChecks,
  unpatchedAnswers,
  ...performanceChecks,
  growth,
  ...answerChecks,
  randomSets,
  crowd,
  collation,
  zone,
  metamorphic,
  ...integrityChecks,
  hostileRows,
  randomHostileRows,
  ...compatibilityChecks,
  hostileWrites,
  ...reapplyChecks,
  ...faultChecks,
  ...decoyChecks,
  ...builtOnChecks,
  ...missingPartChecks,
  ...bystanderChecks,
  ...lockChecks,
  ...metadataChecks,
  ...sessionChecks,
  ...recordClockChecks,
  ...recordMomentChecks,
  ...defaultChecks,
  ...otherChecks,
  ...coverageChecks,
]
