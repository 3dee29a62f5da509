using System.Globalization;
using System.Text;
using Gdpr.Journals;

namespace Gdpr.Sqlite.Tests.Stores;

/// <summary>What the vault erases is not in the database's files any more.</summary>
public sealed class SqliteErasureTests : IDisposable
{
    private const string Controller = "example";

    private static readonly SubjectKey Gone = new("person-0");

    private readonly TemporaryDatabase _database = new();

    [Theory]
    [InlineData(1, 40)]
    [InlineData(600, 40)]
    [InlineData(200, 3000)]
    [InlineData(12, 60_000)]
    public async Task The_bytes_of_erased_payloads_and_salts_are_in_no_file(int payloads, int length)
    {
        // The rows of several people lie mixed and go person by person: pages are split, merged and copied between the erasures.
        const int People = 4;
        using var stores = await _database.OpenAsync();
        var kept = new List<JournalPayload>[People];
        for (var person = 0; person < People; person++)
        {
            kept[person] = [];
        }

        for (var i = 0; i < payloads * People; i++)
        {
            var person = i * 7 % People;
            kept[person].Add(await PutAsync(stores.Vault, new SubjectKey($"person-{person}"), $"P{person}", kept[person].Count, length + (i % 13)));
        }

        for (var person = 0; person < People; person++)
        {
            _database.CountOf(Encoding.UTF8.GetBytes(Marker($"P{person}", 0))).ShouldBeGreaterThan(0, "else this test sees nothing");

            (await stores.Vault.ErasePayloadsAsync(Controller, new SubjectKey($"person-{person}"), null, CancellationToken.None)).ShouldBe(kept[person].Count);

            _database.CountOf(Encoding.UTF8.GetBytes($"P{person}-")).ShouldBe(0);
            kept[person].Where(payload => _database.CountOf(payload.Salt.Span) > 0).ShouldBeEmpty();
            (await stores.Vault.ReadPayloadAsync(Controller, kept[person][0].Commitment, CancellationToken.None)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task While_somebody_reads_what_was_there_the_erasure_says_that_bytes_remain_and_is_completed_by_the_next()
    {
        using var stores = await _database.OpenAsync(timeout: 1);
        await PutAsync(stores.Vault, Gone, "GONE", 0, 100);
        using var reader = _database.Connect();
        using (var reading = reader.BeginTransaction(deferred: true))
        {
            using var command = reader.CreateCommand();
            command.Transaction = reading;
            command.CommandText = "SELECT count(*) FROM gdpr_payload";
            command.ExecuteScalar().ShouldBe(1L);

            var busy = await Should.ThrowAsync<StoreException>(async () => await stores.Vault.ErasePayloadsAsync(Controller, Gone, null, CancellationToken.None));
            busy.Failure.ShouldBe(StoreFailure.Busy);
            busy.Message.ShouldContain("Erase again");
        }

        await stores.Vault.ErasePayloadsAsync(Controller, Gone, null, CancellationToken.None);

        _database.CountOf("GONE-0000-"u8).ShouldBe(0);
    }

    [Fact]
    public async Task Opening_the_stores_again_completes_an_erasure_that_was_interrupted()
    {
        using var stores = await _database.OpenAsync();
        await PutAsync(stores.Vault, Gone, "GONE", 0, 100);
        using var other = _database.Connect();
        using (var command = other.CreateCommand())
        {
            command.CommandText = "PRAGMA secure_delete = ON; DELETE FROM gdpr_payload";
            command.ExecuteNonQuery();
        }

        _database.CountOf("GONE-0000-"u8).ShouldBeGreaterThan(0, "the write-ahead log still has it");

        await _database.OpenAsync();

        _database.CountOf("GONE-0000-"u8).ShouldBe(0);
    }

    [Fact]
    public async Task A_person_forgotten_leaves_no_digest_behind()
    {
        using var stores = await _database.OpenAsync();
        var people = new Dictionary<SubjectKey, Digest>();
        for (var i = 0; i < 400; i++)
        {
            var digest = Digest.Of(BitConverter.GetBytes(i));
            people.Add(await stores.Vault.KeyOfAsync(Controller, new HashedIdentifier(IdentifierKind.Email, [new KeyedDigest("k1", digest)]), CancellationToken.None), digest);
        }

        foreach (var (subject, digest) in people.Take(120))
        {
            _database.CountOf(digest.ToArray()).ShouldBeGreaterThan(0);

            await stores.Vault.ForgetAsync(Controller, subject, CancellationToken.None);

            _database.CountOf(digest.ToArray()).ShouldBe(0);
            _database.CountOf(Encoding.UTF8.GetBytes(subject.Value)).ShouldBe(0);
        }
    }

    public void Dispose() => _database.Dispose();

    private static string Marker(string word, int number) => string.Create(CultureInfo.InvariantCulture, $"{word}-{number:0000}-");

    private static async Task<JournalPayload> PutAsync(ISubjectVault vault, SubjectKey subject, string word, int number, int length)
    {
        var payload = JournalPayload.Create(Encoding.UTF8.GetBytes(Marker(word, number).PadRight(length, '.')));
        await vault.PutPayloadAsync(Controller, subject, "service", payload, CancellationToken.None);
        return payload;
    }
}
