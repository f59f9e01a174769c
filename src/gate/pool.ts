import { shuffle } from '../benchmark/run.ts'
import type { Random } from '../random.ts'
import { type Ground, type Instances, armNames } from './ground.ts'

/** Instances of arms that are the same, handed out again and again: opening them costs more than timing them. */
export interface Pool extends AsyncDisposable {
  /** Opens nothing: a session gets the next set of the pool, its members in random roles. */
  readonly ground: Ground
}

/** Opens `sets` sets of instances. All arms must run the same scripts. */
export async function openPool(ground: Ground, sets: number, random: Random): Promise<Pool> {
  const opened: Instances[] = []
  const dispose = async (): Promise<void> => {
    for (const instances of opened) await instances[Symbol.asyncDispose]()
  }
  try {
    for (let set = 0; set < sets; set += 1) opened.push(await ground.open())
  } catch (error) {
    await dispose()
    throw error
  }
  let handedOut = 0
  return {
    ground: {
      ...ground,
      open: async () => {
        const instances = opened[handedOut % opened.length]
        handedOut += 1
        return instances === undefined ? ground.open() : castRoles(instances, random)
      },
    },
    [Symbol.asyncDispose]: dispose,
  }
}

function castRoles({ databases }: Instances, random: Random): Instances {
  const [base = 'base', candidate = 'candidate', control = 'control'] = shuffle(armNames, random)
  return {
    databases: {
      base: databases[base],
      candidate: databases[candidate],
      control: databases[control],
    },
    // They belong to the pool.
    [Symbol.asyncDispose]: async () => undefined,
  }
}
