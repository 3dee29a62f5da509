using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Journals;

public sealed class JournalExpiryTests
{
    [Fact]
    public async Task A_prefix_expires_up_to_the_last_checkpoint_before_an_instant()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var second = (await fixture.Store.ReadCheckpointsAsync(default).ToListAsync())[1];

        var expired = await Expiry(fixture).ExpireAsync(second.At.PlusTicks(1), default);

        expired.ShouldBe(second);
        var entries = await fixture.EntriesAsync();
        entries.Select(entry => entry.Position).ShouldBe([13L, 14, 15, 16, 17, 18, 19, 20, 21]);
        (entries[^1].Stream, entries[^1].Content.Type).ShouldBe(("journal", "journal-expired"));
        var report = await fixture.Verifier.VerifyAsync(default);
        report.Faults.ShouldBeEmpty();
        (report.Streams, report.EntriesAfterWitness).ShouldBe((5, 0));
    }

    [Fact]
    public async Task What_was_recorded_at_the_instant_or_later_stays()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var first = (await fixture.Store.ReadCheckpointsAsync(default).ToListAsync())[0];

        (await Expiry(fixture).ExpireAsync(first.At, default)).ShouldBeNull();

        (await fixture.EntriesAsync()).Count.ShouldBe(20);
    }

    [Fact]
    public async Task What_was_recorded_later_stays_though_a_checkpoint_over_it_was_made_while_the_clock_was_set_back()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var before = fixture.Clock.GetCurrentInstant() - Duration.FromDays(30);
        fixture.Clock.Set(before - Duration.FromDays(300));
        await fixture.RecordAsync("hold/9", 7);
        await fixture.Checkpoints.MakeAsync(default);
        fixture.Clock.Set(before + Duration.FromDays(31));

        (await Expiry(fixture).ExpireAsync(before, default)).ShouldBeNull();

        (await fixture.EntriesAsync()).Count.ShouldBe(21);
    }

    [Fact]
    public async Task A_journal_that_has_expired_expires_again_and_goes_on()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var checkpoints = await fixture.Store.ReadCheckpointsAsync(default).ToListAsync();
        foreach (var checkpoint in checkpoints)
        {
            await Expiry(fixture).ExpireAsync(checkpoint.At.PlusTicks(1), default);
            await fixture.RecordAsync("hold/1", 7);
            (await fixture.Verifier.VerifyAsync(default)).Faults.ShouldBeEmpty();
        }

        (await Expiry(fixture).ExpireAsync(checkpoints[2].At.PlusTicks(1), default)).ShouldBeNull();
        (await fixture.Store.ReadHeadAsync("hold/1", default))!.Version.ShouldBe(8);
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(2, 20)]
    [InlineData(3, 9)]
    public async Task Nothing_goes_unless_who_is_asked_agrees_before_the_journal_is_verified_and_after(int refusedAt, int left)
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var payloads = (await fixture.EntriesAsync()).Where(entry => entry.Content.Payload is not null).ToList();
        var (second, asked) = ((await fixture.Store.ReadCheckpointsAsync(default).ToListAsync())[1], 0);
        ValueTask AgreeAsync(CancellationToken _) => ++asked == refusedAt ? throw new InvalidOperationException() : ValueTask.CompletedTask;

        if (refusedAt > 2)
        {
            (await Expiry(fixture).ExpireAsync(second.At.PlusTicks(1), AgreeAsync, default)).ShouldBe(second);
        }
        else
        {
            await Should.ThrowAsync<InvalidOperationException>(() => Expiry(fixture).ExpireAsync(second.At.PlusTicks(1), AgreeAsync, default).AsTask());
            foreach (var entry in payloads)
            {
                (await fixture.Vault.ReadPayloadAsync(entry.Content.Controller ?? "", entry.Content.Payload!.Value, default)).ShouldNotBeNull();
            }
        }

        (await fixture.EntriesAsync()).Count.ShouldBe(left);
    }

    [Fact]
    public async Task Where_nothing_is_old_enough_to_go_nobody_is_asked()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var first = (await fixture.Store.ReadCheckpointsAsync(default).ToListAsync())[0];

        (await Expiry(fixture).ExpireAsync(first.At, _ => throw new InvalidOperationException(), default)).ShouldBeNull();
    }

    [Fact]
    public async Task The_payloads_of_what_expires_are_erased_and_the_others_stay()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var commitments = (await fixture.EntriesAsync()).Where(entry => entry.Content.Payload is not null).ToList();
        var second = (await fixture.Store.ReadCheckpointsAsync(default).ToListAsync())[1];

        await Expiry(fixture).ExpireAsync(second.At.PlusTicks(1), default);

        foreach (var entry in commitments)
        {
            var payload = await fixture.Vault.ReadPayloadAsync(entry.Content.Controller ?? "", entry.Content.Payload!.Value, default);
            (payload is not null).ShouldBe(entry.Position > second.Position);
        }
    }

    [Fact]
    public async Task What_still_holds_is_said_again_with_its_instant_and_its_payload()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var second = (await fixture.Store.ReadCheckpointsAsync(default).ToListAsync())[1];

        await Expiry(fixture, new LastOfStream(fixture.Store, "hold/0")).ExpireAsync(second.At.PlusTicks(1), default);

        // hold/0 has entries at 1, 5, 9, 13 and 17: the last is newer than the prefix, and stands for itself. hold/9 has one, and would be lost.
        (await fixture.EntriesAsync()).Count(entry => entry.Stream == "hold/0").ShouldBe(2);

        var lone = new JournalFixture();
        await lone.RecordAsync("hold/9", 0);
        await lone.Checkpoints.MakeAsync(default);
        var before = (await lone.EntriesAsync())[0];
        await Expiry(lone, new LastOfStream(lone.Store, "hold/9")).ExpireAsync(Instant.MaxValue, default);

        var restated = (await lone.EntriesAsync())[0];
        (restated.Stream, restated.Version, restated.Content).ShouldBe(("hold/9", 2, before.Content));
        restated.RecordedAt.ShouldBe(lone.Clock.GetCurrentInstant());
        var report = await lone.Verifier.VerifyAsync(default);
        (report.IsIntact, report.PayloadsPresent, report.PayloadsErased).ShouldBe((true, 1, 0));
    }

    [Fact]
    public async Task A_stream_that_moves_on_while_it_is_restated_is_asked_again()
    {
        var fixture = new JournalFixture();
        await fixture.RecordAsync("hold/9", 0);
        await fixture.Checkpoints.MakeAsync(default);
        var restater = new LastOfStream(fixture.Store, "hold/9") { BeforeAnswering = () => fixture.RecordAsync("hold/9", 2) };

        await Expiry(fixture, restater).ExpireAsync(Instant.MaxValue, default);

        (await fixture.EntriesAsync()).Select(entry => (entry.Stream, entry.Version)).ShouldBe([("hold/9", 2L), ("journal", 1L)]);
        restater.Asked.ShouldBe(2);
        (await fixture.Verifier.VerifyAsync(default)).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_damaged_does_not_expire()
    {
        var fixture = await JournalFixture.WithEntriesAsync(checkpoints: 1, after: 0);
        var broken = new JournalExpiry(fixture.Store, fixture.Vault, InMemoryKeyRing.WithRandomKey(), fixture.Witness, [], fixture.Clock);

        (await Should.ThrowAsync<JournalFaultException>(() => broken.ExpireAsync(Instant.MaxValue, default).AsTask())).Faults.ShouldNotBeEmpty();

        (await fixture.EntriesAsync()).Count.ShouldBe(6);
        (await fixture.Store.ReadBaseAsync(default)).Checkpoint.ShouldBeNull();
    }

    [Fact]
    public async Task A_prefix_that_somebody_without_the_key_lets_go_is_found()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var forger = new JournalExpiry(fixture.Store, fixture.Vault, fixture.Keys, null, [], fixture.Clock);
        var honest = await fixture.TamperAsync();
        var first = honest.Checkpoints[0];
        await forger.ExpireAsync(first.At.PlusTicks(1), default);
        var tampered = await fixture.TamperAsync();

        // The entry that commits to the base, with a code made under another key.
        var entry = tampered.Entries[^1];
        var mac = InMemoryKeyRing.WithRandomKey().Authenticate("k1", "x"u8).ToString();
        var data = System.Text.RegularExpressions.Regex.Replace(entry.Content.Data, "\"mac\":\"[0-9a-f]+\"", $"\"mac\":\"{mac}\"", default, TimeSpan.FromSeconds(1));
        data.ShouldNotBe(entry.Content.Data);
        tampered.Entries[^1] = JournalHash.Seal(entry.Stream, entry.Version, entry.Position, entry.RecordedAt, entry.Content with { Data = data }, entry.Previous);
        tampered.Checkpoints.RemoveAt(tampered.Checkpoints.Count - 1);

        var faults = (await new JournalVerifier(tampered, fixture.Keys).VerifyAsync(default)).Faults;

        faults.ShouldHaveSingleItem().Kind.ShouldBe(JournalFaultKind.BaseDiffers);
    }

    [Fact]
    public async Task A_base_that_was_changed_is_found()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var first = (await fixture.Store.ReadCheckpointsAsync(default).ToListAsync())[0];
        await Expiry(fixture).ExpireAsync(first.At.PlusTicks(1), default);
        var honest = (await fixture.TamperAsync()).Base;

        foreach (var changed in new[]
        {
            honest with { Heads = [.. honest.Heads.Skip(1)] },
            honest with { Heads = [.. honest.Heads, new StreamHead("z", 1, default)] },
            honest with { Heads = [honest.Heads[0] with { Version = 9 }, .. honest.Heads.Skip(1)] },
            honest with { Heads = [honest.Heads[0] with { Hash = default }, .. honest.Heads.Skip(1)] },
            honest with { Checkpoint = honest.Checkpoint! with { History = default } },
            honest with { Checkpoint = honest.Checkpoint with { Mac = default } },
        })
        {
            var tampered = await fixture.TamperAsync();
            tampered.Base = changed;

            (await fixture.VerifyAsync(tampered)).Faults.ShouldContain(fault => fault.Kind == JournalFaultKind.BaseDiffers);
        }
    }

    [Fact]
    public async Task A_prefix_that_is_gone_without_an_expiry_is_found()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        var first = tampered.Checkpoints[0];
        tampered.Base = new JournalBase(first, [.. tampered.Entries[..6].GroupBy(entry => entry.Stream, StringComparer.Ordinal)
            .Select(stream => new StreamHead(stream.Key, stream.Last().Version, stream.Last().Hash))]);
        tampered.Entries.RemoveRange(0, 6);

        (await fixture.VerifyAsync(tampered)).Faults.ShouldHaveSingleItem().Kind.ShouldBe(JournalFaultKind.BaseDiffers);
    }

    [Fact]
    public async Task After_a_crash_at_any_step_the_journal_verifies_and_the_next_call_finishes()
    {
        foreach (var moment in Enum.GetValues<FaultMoment>())
        {
            for (var call = 1; ; call++)
            {
                var fixture = new JournalFixture();
                await fixture.RecordAsync("hold/9", 0);
                await fixture.RecordAsync("hold/8", 3);
                await fixture.Checkpoints.MakeAsync(default);
                var faults = new FaultPoints();
                faults.FailAt(call, moment, staysDown: true);
                var store = faults.Around(fixture.Store);
                var crashing = new JournalExpiry(
                    store, faults.Around(fixture.Vault), fixture.Keys, faults.Around(fixture.Witness), [new LastOfStream(store, "hold/9")], fixture.Clock);
                try
                {
                    await crashing.ExpireAsync(Instant.MaxValue, default);
                    call.ShouldBeGreaterThan(10);
                    break;
                }
                catch (InjectedFaultException)
                {
                    (await fixture.Verifier.VerifyAsync(default)).Faults.ShouldBeEmpty($"{faults.Calls[^1]} {moment}");
                }

                await Expiry(fixture, new LastOfStream(fixture.Store, "hold/9")).ExpireAsync(Instant.MaxValue, default);

                (await fixture.Verifier.VerifyAsync(default)).Faults.ShouldBeEmpty();
                (await fixture.Store.ReadBaseAsync(default)).Checkpoint.ShouldNotBeNull();
                var held = (await fixture.EntriesAsync()).Last(entry => entry.Stream == "hold/9");
                (await fixture.Vault.ReadPayloadAsync("example", held.Content.Payload!.Value, default)).ShouldNotBeNull();
            }
        }
    }

    private static JournalExpiry Expiry(JournalFixture fixture, params IJournalRestater[] restaters) =>
        new(fixture.Store, fixture.Vault, fixture.Keys, fixture.Witness, restaters, fixture.Clock);

    /// <summary>Says the last entry of a stream again, if it is in the prefix.</summary>
    private sealed class LastOfStream(IJournalStore store, string stream) : IJournalRestater
    {
        public Func<Task>? BeforeAnswering { get; set; }

        public int Asked { get; private set; }

        public async IAsyncEnumerable<Restatement> RestateAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Asked++;
            var last = await store.ReadStreamAsync(stream, 0, cancellationToken).LastOrDefaultAsync(cancellationToken);
            if (BeforeAnswering is { } act)
            {
                BeforeAnswering = null;
                await act();
            }

            if (last is not null && last.Position <= position)
            {
                yield return new Restatement(stream, last.Version, [last.Content]);
            }
        }
    }
}
