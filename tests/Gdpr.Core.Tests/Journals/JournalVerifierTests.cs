using Gdpr.Journals;
using Gdpr.Testing;
using NodaTime;

namespace Gdpr.Core.Tests.Journals;

public sealed class JournalVerifierTests
{
    /// <summary>A change to each member of an entry.</summary>
    private static readonly Dictionary<string, Func<JournalEntry, JournalEntry>> EntryChanges = new(StringComparer.Ordinal)
    {
        ["stream"] = entry => entry with { Stream = entry.Stream + "x" },
        ["version"] = entry => entry with { Version = entry.Version + 1 },
        ["position"] = entry => entry with { Position = entry.Position + 1 },
        ["recorded at"] = entry => entry with { RecordedAt = entry.RecordedAt.PlusTicks(1) },
        ["previous"] = entry => entry with { Previous = Digest.Of("other"u8) },
        ["hash"] = entry => entry with { Hash = Digest.Of("other"u8) },
        ["type"] = entry => entry with { Content = entry.Content with { Type = "hold-released" } },
        ["occurred at"] = entry => entry with { Content = entry.Content with { OccurredAt = entry.Content.OccurredAt.PlusTicks(-1) } },
        ["data"] = entry => entry with { Content = entry.Content with { Data = entry.Content.Data.Replace("number", "numbeR", StringComparison.Ordinal) } },
        ["data that are no text"] = entry => entry with { Content = entry.Content with { Data = "\ud800" } },
        ["controller"] = entry => entry with { Content = entry.Content with { Controller = "other" } },
        ["controller taken away"] = entry => entry with { Content = entry.Content with { Controller = null } },
        ["controller emptied"] = entry => entry with { Content = entry.Content with { Controller = "" } },
        ["subject"] = entry => entry with { Content = entry.Content with { Subject = new SubjectKey("other") } },
        ["subject taken away"] = entry => entry with { Content = entry.Content with { Subject = null } },
        ["payload"] = entry => entry with { Content = entry.Content with { Payload = Digest.Of("other"u8) } },
        ["payload taken away"] = entry => entry with { Content = entry.Content with { Payload = null } },
        ["payload zeroed"] = entry => entry with { Content = entry.Content with { Payload = default(Digest) } },
    };

    private static readonly Dictionary<string, Func<JournalCheckpoint, JournalCheckpoint>> CheckpointChanges = new(StringComparer.Ordinal)
    {
        ["number"] = checkpoint => checkpoint with { Number = checkpoint.Number + 1 },
        ["position"] = checkpoint => checkpoint with { Position = checkpoint.Position - 1 },
        ["history"] = checkpoint => checkpoint with { History = Digest.Of("other"u8) },
        ["at"] = checkpoint => checkpoint with { At = checkpoint.At.PlusTicks(1) },
        ["key"] = checkpoint => checkpoint with { KeyId = "k2" },
        ["code"] = checkpoint => checkpoint with { Mac = Digest.Of("other"u8) },
    };

    public static TheoryData<string> EntryMembers => [.. EntryChanges.Keys];

    public static TheoryData<string> CheckpointMembers => [.. CheckpointChanges.Keys];

    [Fact]
    public async Task An_entry_that_cannot_be_read_back_is_a_fault_after_those_found_before_it()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var journal = await fixture.TamperAsync();
        journal.Entries[2] = journal.Entries[2] with { Content = journal.Entries[2].Content with { Data = "{}" } };
        journal.Unreadable = 8;

        var report = await fixture.VerifyAsync(journal);

        report.IsIntact.ShouldBeFalse();
        report.Entries.ShouldBe(7);
        report.Faults.Select(fault => (fault.Kind, fault.Position)).ShouldBe([(JournalFaultKind.EntryChanged, 3), (JournalFaultKind.Unreadable, 7)]);
    }

    [Fact]
    public async Task A_number_left_out_by_a_checkpoint_is_a_fault_unless_an_acknowledgement_under_a_valid_key_names_the_one_before_it()
    {
        foreach (var (keysOf, number, kinds) in new (Func<JournalFixture, InMemoryKeyRing> Keys, long Number, JournalFaultKind[] Kinds)[]
        {
            (fixture => fixture.Keys, 7, []),
            (fixture => fixture.Keys, 6, [JournalFaultKind.CheckpointMissing]),
            (_ => InMemoryKeyRing.WithRandomKey(), 7, [JournalFaultKind.CheckpointMissing]),
        })
        {
            var fixture = await JournalFixture.WithEntriesAsync(checkpoints: 1, after: 1);
            var lost = new JournalCheckpoint(number, 100, default, fixture.Clock.GetCurrentInstant(), fixture.Keys.CurrentKeyId, default);
            var data = RestoreAcknowledgements.DataOf(lost, "operations", keysOf(fixture));
            await fixture.Journal.RecordAsync(
                RestoreAcknowledgements.Stream, 0, new NewJournalEntry(RestoreAcknowledgements.EntryType, fixture.Clock.GetCurrentInstant(), data), default);
            var journal = await fixture.TamperAsync();
            using var history = new JournalHistory(journal.Checkpoints[0].History);
            foreach (var entry in journal.Entries.Where(entry => entry.Position > journal.Checkpoints[0].Position))
            {
                history.Add(entry.Hash);
            }

            var next = lost with { Number = 8, Position = journal.Entries[^1].Position, History = history.Close() };
            journal.Checkpoints.Add(JournalCheckpoints.Sign(next, fixture.Keys));

            (await fixture.VerifyAsync(journal)).Faults.Select(fault => fault.Kind).ShouldBe(kinds);
        }
    }

    [Fact]
    public async Task An_honest_journal_verifies()
    {
        var fixture = await JournalFixture.WithEntriesAsync(checkpoints: 3, entriesEach: 6, after: 2);

        var report = await fixture.Verifier.VerifyAsync(default);

        report.Faults.ShouldBeEmpty();
        report.IsIntact.ShouldBeTrue();
        (report.Entries, report.Streams, report.Checkpoints, report.LastPosition, report.EntriesAfterWitness).ShouldBe((20, 4, 3, 20, 2));
        (report.PayloadsPresent, report.PayloadsErased).ShouldBe((7, 0));
        report.Witnessed.ShouldBe((await fixture.Store.ReadCheckpointsAsync(default).ToListAsync())[^1]);
        report.Bytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_empty_journal_verifies()
    {
        var report = await new JournalFixture().Verifier.VerifyAsync(default);

        report.IsIntact.ShouldBeTrue();
        report.Witnessed.ShouldBeNull();
    }

    [Theory, MemberData(nameof(EntryMembers))]
    public async Task A_change_of_any_member_of_an_entry_is_located(string member)
    {
        var fixture = await JournalFixture.WithEntriesAsync();

        // One with and one without controller, subject and payload; below and above the last checkpoint.
        foreach (var index in new[] { 6, 7, 18 })
        {
            var tampered = await fixture.TamperAsync();
            var honest = tampered.Entries[index];
            tampered.Entries[index] = EntryChanges[member](honest);
            if (tampered.Entries[index] == honest)
            {
                continue;
            }

            var report = await fixture.VerifyAsync(tampered);

            report.Faults.ShouldContain(fault => fault.Kind == JournalFaultKind.EntryChanged && fault.Position == tampered.Entries[index].Position
                && fault.Stream == tampered.Entries[index].Stream && fault.Version == tampered.Entries[index].Version);
        }
    }

    [Fact]
    public async Task One_changed_entry_is_one_fault()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        tampered.Entries[5] = EntryChanges["data"](tampered.Entries[5]);

        (await fixture.VerifyAsync(tampered)).Faults.ShouldHaveSingleItem().Message
            .ShouldBe("Entry 2 of 'hold/1' at position 6 has been changed: its hash is not that of its members.");
    }

    [Theory, MemberData(nameof(CheckpointMembers))]
    public async Task A_change_of_any_member_of_a_checkpoint_is_found(string member)
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        for (var index = 0; index < 3; index++)
        {
            var tampered = await fixture.TamperAsync();
            tampered.Checkpoints[index] = CheckpointChanges[member](tampered.Checkpoints[index]);

            var report = await fixture.VerifyAsync(tampered);

            report.Faults.ShouldContain(fault =>
                fault.Kind == (member == "key" ? JournalFaultKind.KeyMissing : JournalFaultKind.CheckpointForged)
                && fault.Checkpoint == tampered.Checkpoints[index].Number);
        }
    }

    [Theory, InlineData(0), InlineData(5), InlineData(7), InlineData(17)]
    public async Task A_removed_entry_is_found(int index)
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        var removed = tampered.Entries[index];
        tampered.Entries.RemoveAt(index);

        var faults = (await fixture.VerifyAsync(tampered)).Faults;

        faults.ShouldContain(fault => fault.Checkpoint == (index / 6) + 1);
        if (tampered.Entries.Find(entry => entry.Stream == removed.Stream && entry.Version == removed.Version + 1) is { } next)
        {
            faults.ShouldContain(fault => fault.Kind == JournalFaultKind.EntriesMissing && fault.Position == next.Position);
        }
    }

    [Fact]
    public async Task A_removed_stream_is_found()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        tampered.Entries.RemoveAll(entry => entry.Stream == "hold/2");

        var report = await fixture.VerifyAsync(tampered);

        report.Faults.Select(fault => (fault.Kind, fault.Checkpoint)).ShouldBe(
            [(JournalFaultKind.CheckpointDiffers, 1L), (JournalFaultKind.CheckpointDiffers, 2L), (JournalFaultKind.CheckpointDiffers, 3L)]);
    }

    [Fact]
    public async Task Reordered_entries_are_found()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        (tampered.Entries[7], tampered.Entries[8]) = (tampered.Entries[8], tampered.Entries[7]);

        var faults = (await fixture.VerifyAsync(tampered)).Faults;

        faults.ShouldContain(fault => fault.Kind == JournalFaultKind.EntryOutOfPlace && fault.Position == 8);
        faults.ShouldContain(fault => fault.Kind == JournalFaultKind.CheckpointDiffers && fault.Checkpoint == 2);
    }

    [Fact]
    public async Task A_doubled_entry_is_found()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        tampered.Entries.Insert(8, tampered.Entries[7]);

        (await fixture.VerifyAsync(tampered)).Faults.ShouldContain(fault => fault.Kind == JournalFaultKind.EntryOutOfPlace && fault.Position == 8);
    }

    [Fact]
    public async Task An_inserted_stream_is_found_though_its_own_chain_is_right()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        var like = tampered.Entries[7];
        tampered.Entries.Insert(8, JournalHash.Seal("hold/forged", 1, like.Position, like.RecordedAt, like.Content, default));

        var faults = (await fixture.VerifyAsync(tampered)).Faults;

        faults.ShouldContain(fault => fault.Kind == JournalFaultKind.EntryOutOfPlace && fault.Stream == "hold/forged");
        faults.ShouldContain(fault => fault.Kind == JournalFaultKind.CheckpointDiffers && fault.Checkpoint == 2);
    }

    [Fact]
    public async Task A_forged_entry_with_a_right_hash_breaks_the_chain_after_it()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        var honest = tampered.Entries[7];
        tampered.Entries[7] = JournalHash.Seal(
            honest.Stream, honest.Version, honest.Position, honest.RecordedAt, honest.Content with { Type = "hold-released" }, honest.Previous);

        var faults = (await fixture.VerifyAsync(tampered)).Faults;

        faults.Select(fault => (fault.Kind, fault.Position)).ShouldBe([(JournalFaultKind.ChainBroken, 12), (JournalFaultKind.CheckpointDiffers, 12)], ignoreOrder: true);
    }

    [Fact]
    public async Task A_stream_that_is_hashed_anew_differs_from_every_checkpoint_after()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        tampered.Entries[7] = EntryChanges["type"](tampered.Entries[7]);
        tampered.Reseal("hold/3", from: 7);

        (await fixture.VerifyAsync(tampered)).Faults.Select(fault => (fault.Kind, fault.Checkpoint)).ShouldBe(
            [(JournalFaultKind.CheckpointDiffers, 2L), (JournalFaultKind.CheckpointDiffers, 3L)]);
    }

    [Fact]
    public async Task A_rewrite_that_drops_the_checkpoints_after_it_is_behind_the_witness()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        tampered.Entries[7] = EntryChanges["type"](tampered.Entries[7]);
        tampered.Reseal("hold/3", from: 7);
        tampered.Checkpoints.RemoveRange(1, 2);

        (await fixture.VerifyAsync(tampered)).Faults.ShouldHaveSingleItem().Kind.ShouldBe(JournalFaultKind.BehindWitness);
    }

    [Fact]
    public async Task A_rewrite_with_checkpoints_made_without_the_key_is_found()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var forger = InMemoryKeyRing.WithRandomKey();
        var forged = new JournalFixture();
        foreach (var entry in await fixture.EntriesAsync())
        {
            await forged.Store.AppendAsync(entry.Stream, JournalStream.AnyVersion, entry.RecordedAt, [entry.Content with { Type = "hold-released" }], null, default);
            if (entry.Position is 6 or 12 or 18)
            {
                await new JournalCheckpoints(forged.Store, forger, null, fixture.Clock).MakeAsync(default);
            }
        }

        var faults = (await fixture.VerifyAsync(forged.Store)).Faults;

        faults.Count(fault => fault.Kind == JournalFaultKind.CheckpointForged).ShouldBe(3);
        faults.ShouldContain(fault => fault.Kind == JournalFaultKind.WitnessDiffers && fault.Checkpoint == 3);
    }

    [Fact]
    public async Task A_cut_tail_is_found_by_the_checkpoint_over_it()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        tampered.Entries.RemoveRange(15, tampered.Entries.Count - 15);

        var fault = (await fixture.VerifyAsync(tampered)).Faults.ShouldHaveSingleItem();

        (fault.Kind, fault.Checkpoint).ShouldBe((JournalFaultKind.TailCut, 3));
    }

    [Fact]
    public async Task A_restored_store_is_behind_its_witness()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        tampered.Entries.RemoveRange(12, tampered.Entries.Count - 12);
        tampered.Checkpoints.RemoveAt(2);

        var fault = (await fixture.VerifyAsync(tampered)).Faults.ShouldHaveSingleItem();

        (fault.Kind, fault.Checkpoint, fault.Position).ShouldBe((JournalFaultKind.BehindWitness, 3, 18));
    }

    [Fact]
    public async Task A_store_that_was_emptied_is_behind_its_witness()
    {
        var fixture = await JournalFixture.WithEntriesAsync();

        (await fixture.VerifyAsync(new InMemoryJournalStore())).Faults.ShouldHaveSingleItem().Kind.ShouldBe(JournalFaultKind.BehindWitness);
    }

    [Fact]
    public async Task A_store_with_checkpoints_of_which_its_witness_knows_nothing_is_not_intact()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var report = await new JournalVerifier(fixture.Store, fixture.Keys, new InMemoryJournalWitness()).VerifyAsync(default);

        var fault = report.Faults.ShouldHaveSingleItem();
        (fault.Kind, fault.Checkpoint, fault.Position).ShouldBe((JournalFaultKind.BehindWitness, 3, 18));

        (await new JournalVerifier(fixture.Store, fixture.Keys).VerifyAsync(default)).IsIntact.ShouldBeTrue("without a witness nothing is asked of it");
    }

    [Fact]
    public async Task A_missing_checkpoint_is_found()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        tampered.Checkpoints.RemoveAt(1);

        (await fixture.VerifyAsync(tampered)).Faults.ShouldContain(fault => fault.Kind == JournalFaultKind.CheckpointMissing && fault.Checkpoint == 3);
    }

    [Fact]
    public async Task Without_the_key_a_checkpoint_cannot_be_checked_and_says_so()
    {
        var fixture = await JournalFixture.WithEntriesAsync(checkpoints: 1);

        var report = await new JournalVerifier(fixture.Store, InMemoryKeyRing.WithRandomKey("other"), fixture.Witness).VerifyAsync(default);

        report.Faults.ShouldHaveSingleItem().Kind.ShouldBe(JournalFaultKind.KeyMissing);
    }

    [Fact]
    public async Task A_witness_that_cannot_be_read_is_a_fault_and_not_an_empty_one()
    {
        var fixture = await JournalFixture.WithEntriesAsync();

        var report = await new JournalVerifier(fixture.Store, fixture.Keys, new BrokenWitness()).VerifyAsync(default);

        report.Faults.ShouldHaveSingleItem().Kind.ShouldBe(JournalFaultKind.WitnessUnreadable);
    }

    [Fact]
    public async Task Erased_payloads_leave_the_journal_intact()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        await fixture.Vault.ErasePayloadsAsync("example", new SubjectKey("s6"), null, default);
        await fixture.Vault.ErasePayloadsAsync("", new SubjectKey("s9"), "holds", default);

        var report = await fixture.Verifier.VerifyAsync(default);

        report.IsIntact.ShouldBeTrue();
        (report.PayloadsPresent, report.PayloadsErased).ShouldBe((5, 2));
    }

    [Fact]
    public async Task A_replaced_payload_is_located()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var entry = (await fixture.EntriesAsync())[6];
        var vault = new FalseVault(entry.Content.Payload!.Value);

        var report = await new JournalVerifier(fixture.Store, fixture.Keys, fixture.Witness, vault).VerifyAsync(default);

        var fault = report.Faults.ShouldHaveSingleItem();
        (fault.Kind, fault.Position, fault.Stream, fault.Version).ShouldBe((JournalFaultKind.PayloadDiffers, entry.Position, entry.Stream, entry.Version));
    }

    [Fact]
    public async Task What_is_appended_during_the_pass_is_no_fault()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var faults = new FaultPoints();
        var verifying = new JournalVerifier(faults.Around(fixture.Store), fixture.Keys, new AppendingWitness(fixture)).VerifyAsync(default);

        (await verifying).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Faults_and_their_words_hold_no_content()
    {
        var fixture = await JournalFixture.WithEntriesAsync();
        var tampered = await fixture.TamperAsync();
        var content = tampered.Entries[6].Content with { Data = """{"name":"somebody"}""", Subject = new SubjectKey("somebody") };
        tampered.Entries[6] = tampered.Entries[6] with { Content = content };

        (await fixture.VerifyAsync(tampered)).Faults.ShouldAllBe(fault => !fault.Message.Contains("somebody", StringComparison.Ordinal));
    }

    private sealed class BrokenWitness : IJournalWitness
    {
        public ValueTask<JournalCheckpoint?> ReadAsync(CancellationToken cancellationToken) => throw new WitnessException("The file cannot be read.");

        public ValueTask WriteAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask AddTombstonesAsync(IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<Tombstone> ReadTombstonesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    /// <summary>Right after it was read, entries and a checkpoint are added.</summary>
    private sealed class AppendingWitness(JournalFixture fixture) : IJournalWitness
    {
        public async ValueTask<JournalCheckpoint?> ReadAsync(CancellationToken cancellationToken)
        {
            var read = await fixture.Witness.ReadAsync(cancellationToken);
            await fixture.RecordAsync("hold/0", 98);
            await fixture.Checkpoints.MakeAsync(cancellationToken);
            await fixture.RecordAsync("hold/0", 100);
            return read;
        }

        public ValueTask WriteAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask AddTombstonesAsync(IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<Tombstone> ReadTombstonesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
