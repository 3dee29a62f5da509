using System.Reflection;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Testing.Tests;

/// <summary>The suites find what is wrong, and say it.</summary>
public sealed class ContractSuiteTests
{
    [Fact]
    public void Every_case_that_is_written_is_run()
    {
        ContractSuite[] suites =
        [
            new JournalStoreContract(() => ContractHost.Of<IJournalStore>(new InMemoryJournalStore())),
            new SubjectVaultContract(() => ContractHost.Of<ISubjectVault>(new InMemorySubjectVault())),
            new StateStoreContract(() => ContractHost.Of<IStateStore>(new InMemoryStateStore())),
            new WitnessContract(() => ContractHost.Of<IJournalWitness>(new InMemoryJournalWitness())),
            new KeyRingContract(() => ContractHost.Of<IKeyRing>(InMemoryKeyRing.WithRandomKey())),
            new DisposalSourceContract(InMemorySourceTests.NewHost),
        ];
        foreach (var suite in suites)
        {
            suite.GetType().GetMethods(BindingFlags.NonPublic | BindingFlags.Static).Where(method => !method.IsSpecialName).Select(method => method.Name)
                .Where(name => name.Contains('_', StringComparison.Ordinal) && !name.Contains('<', StringComparison.Ordinal))
                .Except(suite.Cases.Select(one => one.Name), StringComparer.Ordinal).ShouldBeEmpty(suite.GetType().Name);
        }
    }

    [Fact]
    public async Task A_case_that_is_not_there_is_named()
    {
        var suite = new KeyRingContract(() => ContractHost.Of<IKeyRing>(InMemoryKeyRing.WithRandomKey()));

        (await Should.ThrowAsync<ArgumentException>(() => suite.RunAsync("Nothing", default))).Message.ShouldStartWith("The suite has no case 'Nothing'");
    }

    [Fact]
    public async Task A_host_is_closed_after_each_case()
    {
        var (opened, closed) = (0, 0);
        var suite = new WitnessContract(() =>
        {
            opened++;
            return new ContractHost<IJournalWitness>(_ => ValueTask.FromResult<IJournalWitness>(new InMemoryJournalWitness()), () =>
            {
                closed++;
                return default;
            });
        });

        await suite.Cases[0].RunAsync(default);
        await Should.ThrowAsync<ContractException>(() => suite.RunAsync("Another_handle_knows_the_same", default));

        (opened, closed).ShouldBe((2, 2));
    }

    [Fact]
    public async Task A_source_that_forgets_holds_is_found_out()
    {
        var suite = new DisposalSourceContract(() => ContractHost.Of(InMemorySourceTests.NewHandle(source => new ForgetfulSource(source))));

        string[] broken =
            ["A_hold_on_everything_keeps_what_comes_later_too", "A_fact_on_a_record_that_is_gone_is_refused_whole", "Facts_behind_the_journal_stop_a_batch"];
        foreach (var name in broken)
        {
            await Should.ThrowAsync<ContractException>(() => suite.RunAsync(name, default), name);
        }
    }

    [Fact]
    public async Task A_ring_with_one_key_and_a_plain_digest_is_found_out()
    {
        var suite = new KeyRingContract(() => ContractHost.Of<IKeyRing>(new PlainRing()));

        (await FailingAsync(suite)).ShouldBe(["The_current_key_comes_first", "A_code_is_no_plain_digest", "A_key_that_is_not_there_is_named"]);
    }

    [Fact]
    public async Task A_store_that_forgets_between_handles_is_found_out()
    {
        var suite = new StateStoreContract(() => new ContractHost<IStateStore>(_ => ValueTask.FromResult<IStateStore>(new InMemoryStateStore())));

        var failing = await FailingAsync(suite);

        failing.ShouldContain("Another_handle_sees_every_state");
        failing.ShouldContain("Of_parallel_workers_one_takes_the_lease");
        failing.ShouldContain("The_kill_switch_is_off_at_first_and_stays_as_set");
    }

    [Fact]
    public async Task A_journal_of_which_each_handle_counts_for_itself_is_found_out()
    {
        var suite = new JournalStoreContract(() => new ContractHost<IJournalStore>(_ => ValueTask.FromResult<IJournalStore>(new InMemoryJournalStore())));

        var failing = await FailingAsync(suite);

        failing.ShouldContain("Parallel_appenders_to_one_stream_lose_and_double_nothing");
        failing.ShouldContain("Of_parallel_appenders_that_expect_the_same_version_one_wins");
        failing.ShouldContain("A_reader_that_follows_misses_nothing");
        failing.ShouldContain("Of_parallel_checkpoints_of_one_number_one_wins");
    }

    [Fact]
    public async Task A_breach_says_what_was_expected_and_what_was_found()
    {
        var suite = new WitnessContract(() => new ContractHost<IJournalWitness>(_ => ValueTask.FromResult<IJournalWitness>(new InMemoryJournalWitness())));

        (await Should.ThrowAsync<ContractException>(() => suite.RunAsync("Another_handle_knows_the_same", default))).Message
            .ShouldStartWith("The checkpoint that another handle reads was expected to be JournalCheckpoint { Number = 1,");
    }

    private static async Task<List<string>> FailingAsync(ContractSuite suite)
    {
        var failing = new List<string>();
        foreach (var one in suite.Cases)
        {
            try
            {
                await one.RunAsync(default);
            }
            catch (ContractException)
            {
                failing.Add(one.Name);
            }
        }

        return failing;
    }

    private sealed class PlainRing : IKeyRing
    {
        public string CurrentKeyId => "k1";

        public IReadOnlyList<string> KeyIds => ["k1"];

        public Digest Authenticate(string keyId, ReadOnlySpan<byte> content) => Digest.Of(content);
    }
}
