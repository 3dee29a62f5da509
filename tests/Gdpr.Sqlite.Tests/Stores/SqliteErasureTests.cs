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
    [InlineData(1)]
    [InlineData(2)]
    public async Task Of_two_thousand_payloads_erased_one_by_one_no_secret_salt_or_content_is_in_any_file(int seed)
    {
        const int Payloads = 2000;
        var random = new Random(seed);
        using var stores = await _database.OpenAsync();
        var payloads = new List<JournalPayload>();
        for (var i = 0; i < Payloads; i++)
        {
            payloads.Add(await PutAsync(stores.Vault, new SubjectKey($"person-{i % 50}"), "EACH", i, random.Next(10, 900)));
        }

        var secrets = Secrets();
        secrets.Count.ShouldBe(Payloads);
        var gone = payloads.OrderBy(_ => random.Next()).Take(Payloads * 3 / 4).ToArray();
        foreach (var some in gone.Chunk(50))
        {
            (await stores.Vault.ErasePayloadsAsync(Controller, [.. some.Select(payload => payload.Commitment)], CancellationToken.None)).ShouldBe(some.Length);
        }

        // What was free is used again, and goes again.
        var late = await PutAsync(stores.Vault, Gone, "LATE", 0, 300);
        secrets.AddRange(Secrets().Except(secrets));
        (await stores.Vault.ErasePayloadsAsync(Controller, [late.Commitment], CancellationToken.None)).ShouldBe(1);

        var kept = Secrets();
        kept.Count.ShouldBe(Payloads - gone.Length);
        var content = _database.ReadAll();
        secrets.Except(kept).Count(secret => content.AsSpan().IndexOf(Convert.FromHexString(secret)) >= 0).ShouldBe(0, "secrets");
        gone.Append(late).Count(payload => content.AsSpan().IndexOf(payload.Salt.Span) >= 0).ShouldBe(0, "salts");
        content.AsSpan().IndexOf("EACH-"u8).ShouldBe(-1);
        foreach (var payload in payloads.Except(gone))
        {
            (await stores.Vault.ReadPayloadAsync(Controller, payload.Commitment, CancellationToken.None))!.Commitment.ShouldBe(payload.Commitment);
        }
    }

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
            kept[person].Add(await PutAsync(stores.Vault, new SubjectKey($"person-{person}"), $"PAYLOAD-OF-{person}", kept[person].Count, length + (i % 13)));
        }

        for (var person = 0; person < People; person++)
        {
            var before = Secrets();
            (await stores.Vault.ErasePayloadsAsync(Controller, new SubjectKey($"person-{person}"), null, CancellationToken.None)).ShouldBe(kept[person].Count);

            var gone = before.Except(Secrets()).ToArray();
            gone.Length.ShouldBe(kept[person].Count, "else this test sees nothing");
            gone.Where(secret => _database.CountOf(Convert.FromHexString(secret)) > 0).ShouldBeEmpty();
            _database.CountOf(Encoding.UTF8.GetBytes($"PAYLOAD-OF-{person}-")).ShouldBe(0);
            kept[person].Where(payload => _database.CountOf(payload.Salt.Span) > 0).ShouldBeEmpty();
            (await stores.Vault.ReadPayloadAsync(Controller, kept[person][0].Commitment, CancellationToken.None)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task While_somebody_reads_what_was_there_the_erasure_says_that_bytes_remain_and_is_completed_by_the_next()
    {
        using var stores = await _database.OpenAsync(timeout: 1);
        await PutAsync(stores.Vault, Gone, "GONE", 0, 100);
        var secret = Convert.FromHexString(Secrets()[0]);
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
            _database.CountOf(secret).ShouldBeGreaterThan(0);
        }

        await stores.Vault.ErasePayloadsAsync(Controller, Gone, null, CancellationToken.None);

        _database.CountOf(secret).ShouldBe(0);
    }

    [Fact]
    public async Task An_erasure_waits_for_another_connection_that_moves_the_log_at_the_same_moment()
    {
        // The moment is met by chance: in one round of three.
        const int Rounds = 5, Payloads = 10;
        using var stores = await _database.OpenAsync();
        using var other = _database.Connect();
        Run("PRAGMA wal_autocheckpoint = 0; CREATE TABLE others (content BLOB)");
        for (var round = 0; round < Rounds; round++)
        {
            var payloads = new List<JournalPayload>();
            for (var i = 0; i < Payloads; i++)
            {
                payloads.Add(await PutAsync(stores.Vault, Gone, "GONE", i, 100));
                Run("INSERT INTO others VALUES (zeroblob(4000000))");
            }

            var moving = Task.Run(() => Run("PRAGMA wal_checkpoint(PASSIVE); DELETE FROM others"));
            foreach (var payload in payloads)
            {
                (await stores.Vault.ErasePayloadsAsync(Controller, [payload.Commitment], CancellationToken.None)).ShouldBe(1);
            }

            await moving;
            _database.CountOf("GONE-"u8.ToArray()).ShouldBe(0);
        }

        void Run(string sql)
        {
            using var command = other.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    [Fact]
    public async Task Opening_the_stores_again_completes_an_erasure_that_was_interrupted()
    {
        using var stores = await _database.OpenAsync();
        await PutAsync(stores.Vault, Gone, "GONE", 0, 100);
        var secret = Convert.FromHexString(Secrets()[0]);
        using var other = _database.Connect();
        using (var command = other.CreateCommand())
        {
            command.CommandText = "PRAGMA secure_delete = ON; UPDATE gdpr_payload_secret SET secret = zeroblob(32), is_free = 1; DELETE FROM gdpr_payload";
            command.ExecuteNonQuery();
        }

        _database.CountOf(secret).ShouldBeGreaterThan(0, "the write-ahead log still has it");

        await _database.OpenAsync();

        _database.CountOf(secret).ShouldBe(0);
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

    private List<string> Secrets()
    {
        using var connection = _database.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT hex(secret) FROM gdpr_payload_secret WHERE is_free = 0";
        using var reader = command.ExecuteReader();
        var secrets = new List<string>();
        while (reader.Read())
        {
            secrets.Add(reader.GetString(0));
        }

        return secrets;
    }

    private static string Marker(string word, int number) => string.Create(CultureInfo.InvariantCulture, $"{word}-{number:0000}-");

    private static async Task<JournalPayload> PutAsync(ISubjectVault vault, SubjectKey subject, string word, int number, int length)
    {
        var payload = JournalPayload.Create(Encoding.UTF8.GetBytes(Marker(word, number).PadRight(length, '.')));
        await vault.PutPayloadAsync(Controller, subject, "service", payload, CancellationToken.None);
        return payload;
    }
}
