using Gdpr.Files.Witnesses;
using Gdpr.Journals;
using NodaTime;

namespace Gdpr.Files.Tests.Witnesses;

public sealed class FileJournalWitnessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["witness.json"];

    [Fact]
    public async Task Nothing_is_witnessed_where_there_is_no_file() => (await Open().ReadAsync(CancellationToken.None)).ShouldBeNull();

    [Fact]
    public async Task A_checkpoint_is_read_back_as_it_was_by_another_process_too()
    {
        var checkpoint = Checkpoint(3);
        await Open().WriteAsync(checkpoint, CancellationToken.None);

        (await Open().ReadAsync(CancellationToken.None)).ShouldBe(checkpoint);
    }

    [Fact]
    public async Task The_same_checkpoint_is_accepted_again_and_a_later_one_takes_its_place()
    {
        var witness = Open();
        await witness.WriteAsync(Checkpoint(3), CancellationToken.None);
        await witness.WriteAsync(Checkpoint(3), CancellationToken.None);
        await witness.WriteAsync(Checkpoint(7), CancellationToken.None);

        (await witness.ReadAsync(CancellationToken.None)).ShouldBe(Checkpoint(7));
    }

    [Theory]
    [InlineData(2, 9)]
    [InlineData(3, 9)]
    public async Task An_earlier_checkpoint_or_another_of_the_same_number_is_refused(long number, long position)
    {
        var witness = Open();
        await witness.WriteAsync(Checkpoint(3), CancellationToken.None);

        var refused = await Should.ThrowAsync<WitnessException>(
            async () => await witness.WriteAsync(Checkpoint(number) with { Position = position }, CancellationToken.None));

        refused.Message.ShouldContain("restored or cut");
        (await witness.ReadAsync(CancellationToken.None)).ShouldBe(Checkpoint(3));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"number":1,"position":1,"history":"00","at":"2026-01-01T00:00:00Z","keyId":"k1","mac":"00"}""")]
    [InlineData("""{"number":1,"number":2}""")]
    public async Task A_file_that_cannot_be_read_is_no_empty_witness(string content)
    {
        await File.WriteAllTextAsync(Path, content);

        (await Should.ThrowAsync<WitnessException>(async () => await Open().ReadAsync(CancellationToken.None))).Message.ShouldContain(Path);
        await Should.ThrowAsync<WitnessException>(async () => await Open().WriteAsync(Checkpoint(1), CancellationToken.None));
    }

    [Fact]
    public async Task A_file_that_lacks_a_member_or_has_one_more_is_refused()
    {
        await Open().WriteAsync(Checkpoint(1), CancellationToken.None);
        var whole = await File.ReadAllTextAsync(Path);
        foreach (var changed in new[] { whole.Replace("\"position\":10,", "", StringComparison.Ordinal), whole.Replace("{", "{\"more\":1,", StringComparison.Ordinal) })
        {
            await File.WriteAllTextAsync(Path, changed);
            await Should.ThrowAsync<WitnessException>(async () => await Open().ReadAsync(CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_missing_folder_is_unknown_and_not_empty()
    {
        var witness = new FileJournalWitness(_folder["unmounted/witness.json"]);

        await Should.ThrowAsync<WitnessException>(async () => await witness.ReadAsync(CancellationToken.None));
        await Should.ThrowAsync<WitnessException>(async () => await witness.WriteAsync(Checkpoint(1), CancellationToken.None));
        await Should.ThrowAsync<WitnessException>(() => TombstonesAsync(witness));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".tombstones")]
    public async Task A_folder_in_place_of_a_file_is_no_empty_witness(string ending)
    {
        Directory.CreateDirectory(Path + ending);

        await RefusesEverythingAsync("is a folder");
    }

    [Fact]
    public async Task A_witness_behind_a_link_is_written_where_it_is()
    {
        await new FileJournalWitness(_folder["real.json"]).WriteAsync(Checkpoint(1), CancellationToken.None);
        File.CreateSymbolicLink(Path, _folder["real.json"]);

        await Open().WriteAsync(Checkpoint(2), CancellationToken.None);

        (await new FileJournalWitness(_folder["real.json"]).ReadAsync(CancellationToken.None)).ShouldBe(Checkpoint(2));
        new FileInfo(Path).LinkTarget.ShouldBe(_folder["real.json"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".tombstones")]
    public async Task A_link_that_leads_nowhere_is_no_empty_witness(string ending)
    {
        File.CreateSymbolicLink(Path + ending, _folder["unmounted/witness.json"]);

        await RefusesEverythingAsync("leads nowhere");
    }

    [Fact]
    public async Task What_a_crash_left_half_written_does_not_matter()
    {
        await Open().WriteAsync(Checkpoint(1), CancellationToken.None);
        await File.WriteAllTextAsync(Path + ".new", "{ half");

        (await Open().ReadAsync(CancellationToken.None)).ShouldBe(Checkpoint(1));
        await Open().WriteAsync(Checkpoint(2), CancellationToken.None);
        (await Open().ReadAsync(CancellationToken.None)).ShouldBe(Checkpoint(2));
    }

    [Fact]
    public async Task Of_writers_at_once_the_latest_checkpoint_stays()
    {
        await Task.WhenAll(Enumerable.Range(1, 40).Select(number => Task.Run(async () =>
        {
            try
            {
                await Open().WriteAsync(Checkpoint(number), CancellationToken.None);
            }
            catch (WitnessException)
            {
                // A later one was there already.
                number.ShouldBeLessThan(40);
            }
        })));

        (await Open().ReadAsync(CancellationToken.None)).ShouldBe(Checkpoint(40));
    }

    [Fact]
    public async Task Tombstones_are_added_once_whoever_adds_them()
    {
        var (one, other) = (Open(), Open());
        await one.AddTombstonesAsync([Tombstone(1), Tombstone(2), Tombstone(1)], CancellationToken.None);
        await other.AddTombstonesAsync([Tombstone(2), Tombstone(3)], CancellationToken.None);
        await one.AddTombstonesAsync([Tombstone(3), Tombstone(4)], CancellationToken.None);

        (await TombstonesAsync(Open())).ShouldBe([Tombstone(1), Tombstone(2), Tombstone(3), Tombstone(4)]);
    }

    [Fact]
    public async Task A_tombstone_that_a_crash_cut_off_is_not_there_and_can_be_added_again()
    {
        await Open().AddTombstonesAsync([Tombstone(1), Tombstone(2)], CancellationToken.None);
        var path = Path + ".tombstones";
        var bytes = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, bytes[..^5]);

        (await TombstonesAsync(Open())).ShouldBe([Tombstone(1)]);
        await Open().AddTombstonesAsync([Tombstone(2)], CancellationToken.None);

        (await File.ReadAllBytesAsync(path)).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_tombstone_that_was_changed_is_reported()
    {
        await Open().AddTombstonesAsync([Tombstone(1)], CancellationToken.None);
        var path = Path + ".tombstones";
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).Replace("dataSet", "dataTes", StringComparison.Ordinal));

        await Should.ThrowAsync<WitnessException>(() => TombstonesAsync(Open()));
    }

    public void Dispose() => _folder.Dispose();

    private static JournalCheckpoint Checkpoint(long number) => new(
        number, 10 * number, Digest.Of("history"u8), Instant.FromUtc(2026, 11, 22, 10, 0) + Duration.FromNanoseconds(number), "k1", Digest.Of("mac"u8));

    private static Tombstone Tombstone(byte record) => new("crm.customers", new KeyedDigest("k1", Digest.Of([record])), new LocalDate(2027, 1, 31));

    private async Task RefusesEverythingAsync(string why)
    {
        (await Should.ThrowAsync<WitnessException>(async () => await Open().ReadAsync(CancellationToken.None))).Message.ShouldContain(why);
        (await Should.ThrowAsync<WitnessException>(async () => await Open().WriteAsync(Checkpoint(1), CancellationToken.None))).Message.ShouldContain(why);
        (await Should.ThrowAsync<WitnessException>(async () => await Open().AddTombstonesAsync([Tombstone(1)], CancellationToken.None))).Message.ShouldContain(why);
        (await Should.ThrowAsync<WitnessException>(() => TombstonesAsync(Open()))).Message.ShouldContain(why);
    }

    private static async Task<List<Tombstone>> TombstonesAsync(FileJournalWitness witness)
    {
        var tombstones = new List<Tombstone>();
        await foreach (var tombstone in witness.ReadTombstonesAsync(CancellationToken.None))
        {
            tombstones.Add(tombstone);
        }

        return tombstones;
    }

    private FileJournalWitness Open() => new(Path);
}
