using FsCheck;
using FsCheck.Fluent;
using Gdpr.Journals;

namespace Gdpr.Core.Tests.Journals;

public sealed class JournalPropertyTests
{
    private const int Runs = 400;

    [Fact]
    public async Task Any_single_mutation_below_the_witnessed_checkpoint_is_found()
    {
        var fixture = await JournalFixture.WithEntriesAsync(checkpoints: 4, entriesEach: 5, after: 3);
        var honest = await fixture.TamperAsync();
        var below = (int)honest.Checkpoints[^1].Position;

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var tampered = new TamperedJournal { Entries = [.. honest.Entries], Checkpoints = [.. honest.Checkpoints], Base = honest.Base };
            Mutate(tampered, random, below);

            Complete(fixture.VerifyAsync(tampered)).IsIntact.ShouldBeFalse();
        }));
    }

    [Fact]
    public void Any_honest_journal_verifies_whatever_expires_and_is_erased() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Runs / 4), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var fixture = new JournalFixture();
        for (var step = random.Next(1, 40); step > 0; step--)
        {
            switch (random.Next(10))
            {
                case 0:
                    Complete(fixture.Checkpoints.MakeAsync(default));
                    break;
                case 1:
                    Complete(new JournalExpiry(fixture.Store, fixture.Vault, fixture.Keys, fixture.Witness, [], fixture.Clock)
                        .ExpireAsync(fixture.Clock.GetCurrentInstant() - NodaTime.Duration.FromMinutes(random.Next(12)), default));
                    break;
                case 2:
                    Complete(fixture.Vault.ErasePayloadsAsync("example", new SubjectKey($"s{random.Next(40)}"), null, default));
                    break;
                default:
                    Complete(new ValueTask<JournalEntry>(fixture.RecordAsync($"hold/{random.Next(4)}", step)));
                    break;
            }
        }

        Complete(fixture.Verifier.VerifyAsync(default)).Faults.ShouldBeEmpty();
    }));

    private static void Mutate(TamperedJournal journal, Random random, int below)
    {
        var index = random.Next(below);
        var entry = journal.Entries[index];
        switch (random.Next(8))
        {
            case 0:
                journal.Entries.RemoveAt(index);
                break;
            case 1:
                journal.Entries.Insert(random.Next(below), entry);
                break;
            case 2:
                var other = (index + 1 + random.Next(below - 1)) % below;
                (journal.Entries[index], journal.Entries[other]) = (journal.Entries[other], entry);
                break;
            case 3:
                journal.Entries[index] = entry with { Content = entry.Content with { Data = FlipOne(entry.Content.Data, random) } };
                break;
            case 4:
                journal.Entries[index] = entry with { Hash = FlipOne(entry.Hash, random) };
                break;
            case 5:
                journal.Entries[index] = entry with { Previous = FlipOne(entry.Previous, random) };
                break;
            case 6:
                // Forged with a right hash, and the rest of the stream hashed anew.
                journal.Entries[index] = entry with { Content = entry.Content with { Type = "forged" } };
                journal.Reseal(entry.Stream, index);
                break;
            default:
                var checkpoint = random.Next(journal.Checkpoints.Count);
                journal.Checkpoints[checkpoint] = journal.Checkpoints[checkpoint] with { History = FlipOne(journal.Checkpoints[checkpoint].History, random) };
                break;
        }
    }

    private static string FlipOne(string text, Random random)
    {
        var at = random.Next(text.Length);
        return $"{text[..at]}{(char)(text[at] ^ (1 << random.Next(7)))}{text[(at + 1)..]}";
    }

    private static Digest FlipOne(Digest digest, Random random)
    {
        var bytes = digest.ToArray();
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return new Digest(bytes);
    }

    /// <summary>Everything in memory is done when the call returns: a property need not wait.</summary>
    private static T Complete<T>(ValueTask<T> task)
    {
        task.IsCompletedSuccessfully.ShouldBeTrue();
        return task.GetAwaiter().GetResult();
    }
}
