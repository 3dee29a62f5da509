using System.Globalization;
using System.Text.Json.Nodes;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Subjects;
using Gdpr.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Conformance.Tests.Hosting;

/// <summary>An organisation at work: its policy in the real container, over SQLite databases of its own, one per system, and journal, vault and states in another.</summary>
/// <remarks>Every data set of the policy is a table: <c>id</c>, <c>subject</c>, a column per trigger (a date, as text) and per field.</remarks>
public sealed class OrganisationHost : IAsyncDisposable
{
    private readonly string _folder;
    private readonly ServiceProvider _provider;

    private OrganisationHost(Organisation organisation, string folder, SettableClock clock, ServiceProvider provider)
    {
        Organisation = organisation;
        _folder = folder;
        Clock = clock;
        _provider = provider;
    }

    /// <summary>Midday of the day on which everything starts, unless a test says otherwise.</summary>
    public static Instant Start { get; } = Instant.FromUtc(2026, 11, 21, 11, 0);

    public Organisation Organisation { get; private set; }

    public GdprPolicy Policy => Organisation.Policy;

    public SettableClock Clock { get; }

    public Instant Now => Clock.GetCurrentInstant();

    /// <summary>Starts an organisation, with empty tables.</summary>
    /// <param name="organisation">The organisation.</param>
    /// <param name="more">What the host adds.</param>
    /// <param name="now">When.</param>
    /// <param name="services">What the host registers before.</param>
    /// <param name="changeMapping">Changes the mapping of a data set.</param>
    /// <param name="sources">By the id of a system, how its database is a source where it is not one of SQL tables, from the connection string.</param>
    /// <param name="document">What stands in the policy's file, where that is another document than the organisation's.</param>
    public static async Task<OrganisationHost> StartAsync(
        Organisation organisation, Action<GdprBuilder>? more = null, Instant? now = null, Action<IServiceCollection>? services = null,
        Action<string, DataSetMappingBuilder>? changeMapping = null, IReadOnlyDictionary<string, Action<GdprBuilder, string>>? sources = null,
        string? document = null)
    {
        var folder = Directory.CreateTempSubdirectory("gdpr-conformance-").FullName;
        var clock = new SettableClock(now ?? Start);
        var collection = new ServiceCollection();
        await File.WriteAllTextAsync(PolicyIn(folder), document ?? organisation.Text);
        collection.AddSingleton<TimeProvider>(clock);
        services?.Invoke(collection);
        collection.AddGdpr(gdpr =>
        {
            gdpr.UsePolicyFile(PolicyIn(folder))
                .UseSqlite($"Data Source={Path.Combine(folder, "gdpr-journal.db")}")
                .UseKeyRing("test", _ => InMemoryKeyRing.WithRandomKey())
                .UseWitness("test", _ => new InMemoryJournalWitness());
            foreach (var (system, declared) in organisation.Policy.Systems)
            {
                CreateTables(PathOf(folder, system), declared);
                if (sources?.GetValueOrDefault(system) is { } add)
                {
                    add(gdpr, $"Data Source={PathOf(folder, system)}");
                    continue;
                }

                gdpr.AddSqlSource(system, $"Data Source={PathOf(folder, system)}", map =>
                {
                    foreach (var (id, dataSet) in declared.DataSets)
                    {
                        map.DataSet($"{system}.{id}", set =>
                        {
                            set.Table(id, "id").Subject("subject");
                            foreach (var trigger in dataSet.Triggers.Keys)
                            {
                                set.Trigger(trigger, Column(trigger), StorageForm.Iso);
                            }

                            foreach (var (field, meaning) in dataSet.Fields)
                            {
                                var column = Column(field, isField: true);
                                set.Field(field, new FieldMapping
                                {
                                    Columns = [column],
                                    Area = meaning.Disposal.Final.Strategy == AnonymisationStrategy.Area ? new Dictionary<string, int> { [column] = 2 } : [],
                                });
                            }

                            changeMapping?.Invoke($"{system}.{id}", set);
                        });
                    }
                });
            }

            more?.Invoke(gdpr);
        });
        var host = new OrganisationHost(organisation, folder, clock, collection.BuildServiceProvider(validateScopes: true));
        try
        {
            await host.Get<GdprWork>().PrepareAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>What keeps an organisation from starting with a change of its policy: the errors, and what else is found.</summary>
    public static async Task<IReadOnlyList<PolicyFinding>> RefusedAsync(Organisation organisation, Action<JsonObject> change)
    {
        var refused = await Should.ThrowAsync<GdprPolicyException>(() => StartAsync(organisation, document: organisation.Changed(change)));
        refused.Findings.ShouldContain(finding => finding.Severity == FindingSeverity.Error);
        return refused.Findings;
    }

    /// <summary>What keeps an organisation from starting when the values at some places are taken out of its policy.</summary>
    public static Task<IReadOnlyList<PolicyFinding>> RefusedWithoutAsync(Organisation organisation, params IEnumerable<string> pointers) =>
        RefusedAsync(organisation, document => Organisation.RemoveAll(document, pointers));

    /// <summary>Puts the next version of the policy in force.</summary>
    public async Task SupersedeAsync(Organisation next)
    {
        await File.WriteAllTextAsync(PolicyIn(_folder), next.Text);
        Get<GdprPolicies>().Reload().ShouldBeTrue();
        Organisation = next;
    }

    public T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    /// <summary>Writes a record: its triggers as dates (<c>left=2026-01-31;…</c>), and every field of the data set filled.</summary>
    /// <remarks>A record without a subject is about nobody.</remarks>
    public async Task PutAsync(string dataSet, string id, string? subject, string triggers = "", string content = "marker")
    {
        var (system, name) = Split(dataSet);
        var declared = Policy.Systems[system].DataSets[name];
        var values = new Dictionary<string, object> { ["id"] = id, ["subject"] = (object?)subject ?? DBNull.Value };
        foreach (var pair in triggers.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')))
        {
            values[Column(pair[0])] = pair[1];
        }

        foreach (var field in declared.Fields.Keys)
        {
            values[Column(field, isField: true)] = $"{content}-{field}-{id}";
        }

        await ExecuteAsync(
            system, $"INSERT INTO \"{name}\" ({string.Join(", ", values.Keys.Select(column => $"\"{column}\""))}) VALUES ({string.Join(", ", values.Keys.Select((_, i) => $"@p{i}"))})",
            [.. values.Values]);
    }

    /// <summary>Sets a trigger of a record; <see langword="null"/> empties it.</summary>
    public Task SetTriggerAsync(string dataSet, string id, string trigger, string? date)
    {
        var (system, name) = Split(dataSet);
        return ExecuteAsync(system, $"UPDATE \"{name}\" SET \"{Column(trigger)}\" = @p0 WHERE id = @p1", [(object?)date ?? DBNull.Value, id]);
    }

    /// <summary>The content of a record's fields by id, those emptied without; <see langword="null"/> where the record is gone.</summary>
    public async Task<IReadOnlyDictionary<string, string>?> FindAsync(string dataSet, string id)
    {
        var (system, name) = Split(dataSet);
        return await ReadAsync(dataSet, id) is { } row
            ? Policy.Systems[system].DataSets[name].Fields.Keys.Where(field => row[Column(field, isField: true)] is not null)
                .ToDictionary(field => field, field => row[Column(field, isField: true)]!)
            : null;
    }

    /// <summary>The person with a host's id, made known.</summary>
    public Task<DataSubject> PersonAsync(string id, params IReadOnlyList<SubjectIdentifier> more) =>
        Get<SubjectDirectory>().RegisterAsync(new SubjectRegistration([SubjectIdentifier.OfHost(id), .. more]));

    /// <summary>Approves the rules and sweeps everything.</summary>
    public async Task<Gdpr.Disposal.SweepResult> SweepAsync()
    {
        var sweep = Get<Gdpr.Disposal.Sweep>();
        await sweep.ApproveAsync(await sweep.PreviewAsync(), "data-protection-officer");
        return await sweep.RunAsync();
    }

    /// <summary>Writes records, sweeps, and finds those there that ought to be.</summary>
    public async Task ShouldLeaveAsync(string dataSet, params (string Id, string Triggers, bool IsLeft)[] records)
    {
        foreach (var (id, triggers, _) in records)
        {
            await PutAsync(dataSet, id, $"person-{id}", triggers);
        }

        (await SweepAsync()).IsComplete.ShouldBeTrue();
        foreach (var (id, _, isLeft) in records)
        {
            ((await FindAsync(dataSet, id)) is not null).ShouldBe(isLeft, $"{dataSet} {id}");
        }

        await ShouldVerifyAsync();
    }

    /// <summary>Lets time pass, and the pump run.</summary>
    public async Task PassAsync(Duration time)
    {
        Clock.Advance(time);
        await RunDueAsync();
    }

    public Task<GdprWorkReport> RunDueAsync() => Get<GdprWork>().RunDueAsync(Now, TimeSpan.FromMinutes(5));

    /// <summary>Everything in the journal, in order.</summary>
    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync()
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in Get<IJournalStore>().ReadAllAsync(0, CancellationToken.None))
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>That the journal verifies.</summary>
    public async Task ShouldVerifyAsync() => (await Get<JournalVerifier>().VerifyAsync(CancellationToken.None)).Faults.ShouldBeEmpty();

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private static (string System, string Name) Split(string dataSet) =>
        (dataSet[..dataSet.IndexOf('.', StringComparison.Ordinal)], dataSet[(dataSet.IndexOf('.', StringComparison.Ordinal) + 1)..]);

    private static string Column(string id, bool isField = false) => (isField ? "f_" : "t_") + id.Replace('-', '_');

    private static string PolicyIn(string folder) => Path.Combine(folder, "policy.json");

    private static string PathOf(string folder, string system) => Path.Combine(folder, system + ".db");

    private static void CreateTables(string path, DataSystem system)
    {
        using var connection = new SqliteConnection($"Data Source={path}");
        connection.Open();
        foreach (var (id, dataSet) in system.DataSets)
        {
            using var command = connection.CreateCommand();
            var columns = dataSet.Triggers.Keys.Select(trigger => Column(trigger)).Concat(dataSet.Fields.Keys.Select(field => Column(field, isField: true)));
            command.CommandText = $"CREATE TABLE \"{id}\" (id TEXT NOT NULL PRIMARY KEY, subject TEXT, {string.Join(", ", columns.Select(column => $"\"{column}\" TEXT"))})";
            command.ExecuteNonQuery();
        }
    }

    private async Task<IReadOnlyDictionary<string, string?>?> ReadAsync(string dataSet, string id)
    {
        var (system, name) = Split(dataSet);
        await using var connection = new SqliteConnection($"Data Source={PathOf(_folder, system)}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM \"{name}\" WHERE id = @id";
        command.Parameters.AddWithValue("@id", id);
        await using var reader = await command.ExecuteReaderAsync();
        return !await reader.ReadAsync() ? null : Enumerable.Range(0, reader.FieldCount)
            .ToDictionary(reader.GetName, column => reader.IsDBNull(column) ? null : Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture));
    }

    private async Task ExecuteAsync(string system, string sql, IReadOnlyList<object> values)
    {
        await using var connection = new SqliteConnection($"Data Source={PathOf(_folder, system)}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (index, value) in values.Index())
        {
            command.Parameters.AddWithValue($"@p{index}", value);
        }

        await command.ExecuteNonQueryAsync();
    }
}
