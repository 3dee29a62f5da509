using System.Globalization;
using Gdpr.Journals;
using Gdpr.PostgreSql.Stores;
using Gdpr.PostgresServer;
using NodaTime;
using Npgsql;

namespace Gdpr.PostgreSql.Tests.Stores;

/// <summary>What goes wrong with a database is said with its place, its cause and its mend, and without any secret.</summary>
public sealed class StoreFailureTests
{
    [Fact]
    public async Task A_server_that_is_not_there_is_named_with_host_port_database_and_cause_and_no_password()
    {
        // A port on which nobody listens: it was given out to this test, and is closed again.
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var stores = new PostgreSqlStores(
            string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Database=shop;Username=app;Password=Marker-Secret"));

        var failure = await Should.ThrowAsync<StoreException>(async () => await stores.Journal.PrepareAsync(CancellationToken.None));

        failure.Failure.ShouldBe(StoreFailure.Unavailable);
        failure.Message.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}/shop"));
        failure.Message.ShouldContain("refused", Case.Insensitive);
        failure.ToString().ShouldNotContain("Marker-Secret");
        stores.Place.ShouldNotContain("Marker-Secret");
    }

    [Fact]
    public async Task A_host_that_nobody_knows_is_named()
    {
        await using var stores = new PostgreSqlStores("Host=nowhere.invalid;Database=shop;Username=app");

        var failure = await Should.ThrowAsync<StoreException>(async () => await stores.State.ReadKillSwitchAsync(CancellationToken.None));

        (failure.Failure, failure.Message.Contains("nowhere.invalid:5432/shop", StringComparison.Ordinal)).ShouldBe((StoreFailure.Unavailable, true), failure.Message);
    }

    [PostgresFact]
    public async Task A_database_that_is_not_there_is_named()
    {
        await using var host = await StoreHost.CreateAsync();
        var missing = new NpgsqlConnectionStringBuilder(host.ConnectionString) { Database = "gdpr_missing" };
        await using var stores = new PostgreSqlStores(missing.ConnectionString);

        var failure = await Should.ThrowAsync<StoreException>(async () => await stores.Journal.PrepareAsync(CancellationToken.None));

        failure.Message.ShouldContain("database \"gdpr_missing\" does not exist");
    }

    [PostgresFact]
    public async Task Tables_of_a_newer_version_are_refused()
    {
        await using var host = await StoreHost.CreateAsync();
        await host.OpenAsync();
        await host.RunAsync("INSERT INTO gdpr.gdpr_schema (version) VALUES (99)");

        var failure = await Should.ThrowAsync<StoreException>(() => host.OpenAsync());

        failure.Failure.ShouldBe(StoreFailure.NewerSchema);
        failure.Message.ShouldContain("Update the library");
        (await Should.ThrowAsync<PostgresException>(() => host.RunAsync(PostgreSqlStoreMigrations.Script()))).MessageText.ShouldContain("update the library");
    }

    [PostgresFact]
    public async Task A_store_that_nobody_prepared_says_so()
    {
        await using var host = await StoreHost.CreateAsync();

        var failure = await Should.ThrowAsync<StoreException>(async () => await host.Stores().State.ReadKillSwitchAsync(CancellationToken.None));

        failure.Message.ShouldContain("Prepare");
    }

    [PostgresFact]
    public async Task A_closed_store_says_so()
    {
        await using var host = await StoreHost.CreateAsync();
        var stores = await host.OpenAsync();
        await stores.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => stores.Journal.AppendAsync("a"));
        await Should.ThrowAsync<ObjectDisposedException>(() => stores.Journal.AllAsync());
    }

    [PostgresFact]
    public async Task A_lock_that_lasts_longer_than_is_waited_for_is_reported_and_nothing_is_written()
    {
        await using var host = await StoreHost.CreateAsync();
        var journal = (await host.OpenAsync(shared: true, more: "Options=-c lock_timeout=50")).Journal;
        await using var connection = await host.ConnectAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await journal.AppendAsync("a", 0, transaction);

            var busy = await Should.ThrowAsync<StoreException>(() => journal.AppendAsync("a"));

            busy.Failure.ShouldBe(StoreFailure.Busy);
        }

        await journal.AppendAsync("a", expectedVersion: 0);
    }

    [PostgresFact]
    public async Task A_pool_without_a_free_connection_and_a_name_that_is_too_long_are_reported_as_what_they_are()
    {
        await using var host = await StoreHost.CreateAsync();
        await using var source = NpgsqlDataSource.Create($"{host.ConnectionString};Maximum Pool Size=1;Timeout=1");
        await using var stores = new PostgreSqlStores(source);
        await stores.Journal.PrepareAsync(CancellationToken.None);
        var random = new Random(1);
        (await Should.ThrowAsync<StoreException>(() => stores.Journal.AppendAsync(string.Concat(Enumerable.Range(0, 9000).Select(_ => (char)random.Next('a', 'z'))))))
            .Message.ShouldContain("shorter name");

        await using (await source.OpenConnectionAsync())
        {
            (await Should.ThrowAsync<StoreException>(() => stores.Journal.AppendAsync("a"))).Failure.ShouldBe(StoreFailure.Busy);
        }

        await stores.Journal.AppendAsync("a", 0);
    }

    [PostgresFact]
    public async Task A_database_whose_commits_may_be_lost_or_that_has_not_every_text_is_refused()
    {
        await using var host = await StoreHost.CreateAsync();

        (await Should.ThrowAsync<StoreException>(() => host.OpenAsync(more: "Options=-c synchronous_commit=off"))).Message.ShouldContain("synchronous_commit");

        var settings = new NpgsqlConnectionStringBuilder(host.ConnectionString);
        settings.Database += "_latin";
        await host.RunAsync($"CREATE DATABASE {settings.Database} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        await using (var stores = new PostgreSqlStores($"{settings.ConnectionString};Pooling=false"))
        {
            (await Should.ThrowAsync<StoreException>(async () => await stores.Vault.PrepareAsync(CancellationToken.None))).Message.ShouldContain("UTF8");
        }

        await host.RunAsync($"DROP DATABASE {settings.Database} WITH (FORCE)");
    }

    [PostgresFact]
    public async Task A_text_that_PostgreSQL_cannot_keep_is_refused_before_anything_is_written()
    {
        await using var host = await StoreHost.CreateAsync();
        var stores = await host.OpenAsync();

        foreach (var text in new[] { "a\0b", "a\ud800", "\udc00" })
        {
            await Should.ThrowAsync<ArgumentException>(async () => await stores.State.PutItemAsync(new OpenItem("1", "plan", Entries.Now, text), CancellationToken.None));
            await Should.ThrowAsync<ArgumentException>(() => stores.Journal.AppendAsync(text));
            await Should.ThrowAsync<ArgumentException>(async () => await stores.Journal.AppendAsync(
                "a", 0, Entries.Now, [new NewJournalEntry("worked", Entries.Now, "{}") { Controller = text }], null, CancellationToken.None));
        }

        (await stores.Journal.AllAsync()).ShouldBeEmpty();
        (await stores.State.ReadDueItemsAsync("plan", Entries.Now, CancellationToken.None).ToListAsync()).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task Many_who_meet_a_person_for_the_first_time_at_once_give_the_person_one_key()
    {
        await using var host = await StoreHost.CreateAsync();
        await host.OpenAsync();
        for (var person = 0; person < 12; person++)
        {
            var digests = new[] { "k1", "k2", "k3" }.Select(key => new KeyedDigest(key, Digest.Of([(byte)person]))).ToArray();

            // Some know all keys of the ring, some only old ones, as while keys are rotated; each begins with the newest that it knows.
            var keys = await Task.WhenAll(Enumerable.Range(0, 9).Select(caller => Task.Run(async () => await host.Stores().Vault.KeyOfAsync(
                "shop", new HashedIdentifier(IdentifierKind.Email, [.. digests[..(1 + (caller % 3))].Reverse()]), CancellationToken.None))));

            keys.Distinct().Count().ShouldBe(1, $"person {person}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("pg_gdpr")]
    [InlineData("a\0b")]
    [InlineData("skåpskåpskåpskåpskåpskåpskåpskåpskåpskåpskåpskåpskåp")]
    public void A_schema_that_PostgreSQL_would_not_keep_as_it_is_named_is_refused(string schema)
    {
        Should.Throw<ArgumentException>(() => new PostgreSqlStores("Host=db", schema));
        Should.Throw<ArgumentException>(() => PostgreSqlStoreMigrations.Script(schema));
    }
}
