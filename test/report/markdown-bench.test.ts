import { describe, expect, test } from 'vitest'
import { render } from '../../src/report/report.ts'
import { redBench } from './documents.ts'

describe('markdown of a bench', () => {
  test('every kind of measurement, of size and of growth', () => {
    const text = render(redBench, 'markdown', { color: false, width: 80, verbose: false })
    expect(text).toMatchInlineSnapshot(`
      "# Delivery summary: Hook intelligence

      **FAILED 3/5 benchmarks, 2/3 scales, 4.20 s**

      ## Executive summary

      |  |  |
      | --- | --- |
      | Verdict | FAILED |
      | Migrations | \`migrations\` |
      | Contract | the folder's own |
      | Ignored files | \`notes.txt\` |
      | Engine | Postgres 18.6, pglite 0.5.16 |
      | Machine | 2 × Example CPU, 4.0 GiB, linux x64, Node 20.19.0, load 0.41 |
      | Started | 2026-01-31T12:00:00.000Z |
      | Took | 4.20 s |
      | Harness | 0.1.0 |

      ## Benchmarks

      p50 / p95 by number of events. ✓ p95 is below the target with 95 % confidence, ✗ it is not, ≈ too close to tell, – too few samples to tell; n is their number where it is small.

      | Workload | 227 | 10k | Growth | p95 reaches the target | Other plan from | Indexes |
      | --- | ---: | ---: | --- | --- | --- | --- |
      | score(text) of one session | 0.450 ms / 0.495 ms ✓ n=2 | 9.00 ms / 9.90 ms – n=2 | n log n or n over events of the session | at about 340k events of the session (a guess) | 10k |  |
      | summary, every row |  |  | n log n or n | not told; not before 2m events |  |  |
      | migrate |  |  | growth not told: too few sizes |  |  |  |

      ### 227 events

      227 events in 3 sessions, slim payload, seed \`hooks\`, database in memory.

      | Workload | p50 | 95 % of it | MAD | p75 | p99 | Margin | Samples | In the engine | Blocks | TOAST | Rows | Target | Indexes |
      | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |
      | score(text) of one session | 0.450 ms | 0.400 ms to 0.500 ms | 0.050 ms | 0.475 ms | 0.499 ms | ±11.1 % | 2 | 0.300 ms | 12 | 3 | 1 | 100 ms met | \`idx_session\` |
      | summary, every row | void |  |  |  |  |  |  |  |  |  |  |  | the second sample |
      | insert 1000 events | void |  |  |  |  |  |  |  |  |  |  |  | value too long for type character varying(255) |

      ### 10k events

      227 events in 3 sessions, slim payload, seed \`hooks\`, database in a folder.

      | Workload | p50 | 95 % of it | MAD | p75 | p99 | Margin | Samples | In the engine | Blocks | TOAST | Rows | Target | Indexes |
      | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |
      | score(text) of one session | 0.450 ms |  | 0.050 ms | 0.475 ms | 0.499 ms |  | 2 |  |  | 3 | 1 | 100 ms not shown: too few samples |  |
      | migrate | 0.450 ms | 0.400 ms to 0.500 ms | 0.050 ms | 0.475 ms | 0.499 ms | ±11.1 % | 2 | 0.300 ms | 12 | 3 | 1 |  | \`idx_session\` |

      ### Left out

      - 100k events: no space left on device
      - 1m events: needs 3 minutes, 1 is left
      - samples beyond 5 of a workload that don't fit into 1.50 s, instead of 6.00 s: the budget was 60.0 s

      ### Write cost

      With the migrations ÷ without them, in pairs, 95 % interval.

      |  | 227 | 10k |
      | --- | ---: | ---: |
      | one event | 1.20× (1.10–1.30) | 1.20× (1.10–1.30) |

      ### Cold

      First execution after its buffers were taken, and ÷ warm.

      |  | 227 | 10k |
      | --- | ---: | ---: |
      | summary, every row | 4.50 ms (11.3×) |  |
      | view/summary |  | 4.50 ms (11.3×) |

      ### Index builds

      The fastest of each.

      |  | 227 | 10k |
      | --- | ---: | ---: |
      | idx\\_session | 1.10 ms | 1.10 ms |

      ### Index scans

      While the workloads ran.

      |  | 227 | 10k |
      | --- | ---: | ---: |
      | idx\\_session | 14 | 14 |
      | idx\\_unused | 0 | 0 |

      No workload scanned idx\\_unused at any size; that each can serve the query it exists for is what 'verify' proves.

      ### Bytes per event

      |  | 227 | 10k |
      | --- | ---: | ---: |
      | table | 577 B | 13 B |
      | TOAST | 36 B | 1 B |
      | indexes that were there | 72 B | 2 B |
      | indexes of the migrations | 108 B | 2 B |
      | in all | 758 B | 17 B |

      ### What each size took

      Memory is the most that the process had held by its end.

      |  | 227 | 10k |
      | --- | ---: | ---: |
      | time | 900 ms | 900 ms |
      | memory | 700.0 MiB | 700.0 MiB |

      ### Growth in numbers

      Slopes of log on log, 95 % interval: 1 is proportional.

      | Workload | Over | Class of exact work | Time | Blocks | Rows handled |
      | --- | --- | --- | ---: | ---: | ---: |
      | score(text) of one session | events of the session | n, n log n | 1.07 (1.01 to 1.13) | 1.07 (1.01 to 1.13) |  |
      | summary, every row | events | n, n log n | 1.07 (1.01 to 1.13) |  |  |

      ### Foretold

      p50 at the largest size, from the smaller ones alone.

      | Workload | Events | From sizes | Foretold | 95 % | Measured | Inside |
      | --- | ---: | ---: | ---: | --- | ---: | --- |
      | score(text) of one session | 10k | 3 | 8.00 ms | 7.00 ms to 9.00 ms | 9.00 ms | ✓ |

      ## Storage

      |  | From | 227 events | 10k events |
      | --- | --- | ---: | ---: |
      | table |  | 128.0 KiB | 128.0 KiB |
      | TOAST |  | 8.0 KiB | 8.0 KiB |
      | \`hook_events_pkey\` | before | 16.0 KiB | 16.0 KiB |
      | \`idx_session\` | migrations | 16.0 KiB | 16.0 KiB |
      | \`idx_unused\` | migrations | 8.0 KiB | 8.0 KiB |
      | **total** |  | 168.0 KiB | 168.0 KiB |

      ## Success criteria

      |  | Criterion | State | Evidence |
      | --- | --- | --- | --- |
      | – | Every index is as declared, valid and useful | not judged | category did not run |
      | – | Every view has the declared columns, order and totals | not judged | category did not run |
      | – | Every function has the declared signature and properties | not judged | category did not run |
      | – | Every object was timed against its target | not judged | category did not run |
      | – | Every answer is the one the events give | not judged | category did not run |
      | – | No row of the data is changed or lost | not judged | category did not run |
      | – | What worked before the migrations works the same after them | not judged | category did not run |
      | – | The record of the migrations is true | not judged | category did not run |
      | – | p95 of every object is below its target, with 95 % confidence | not judged | nothing was timed |
      | – | The rollback leaves the catalog and every row as they were | not judged | no rollback was judged |
      | – | Every script applies | not judged | 0 of 0 applied |
      | ✗ | Every benchmark gave the answer due | missed | 3 of 5 measured, 2 scales absent |

      ## Failures

      3 findings to look at.

      <details>
      <summary>failed: summary, every row</summary>

      Benchmark at 227 events, \`view/summary\`

      \`\`\`diff
      - 3 rows
      + 4 rows (the second sample)
      \`\`\`

      </details>

      <details>
      <summary>errored: insert 1000 events</summary>

      Benchmark at 227 events, \`ingest/batch\`

      \`\`\`text
      E_TIMING_VOID: value too long for type character varying(255)
      \`\`\`

      </details>

      <details>
      <summary>errored: Benchmark at 100k events was measured</summary>

      Benchmark at 100k events, \`rung\`

      \`\`\`text
      E_RUNG_UNBUILT: no space left on device
      \`\`\`

      </details>
      "
    `)
  })
})
