using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Gdpr.Consents;
using Gdpr.Controls;
using Gdpr.Disposal;
using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Rights;
using Gdpr.Subjects;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using static Gdpr.Conformance.Tests.Pitfalls.AllPackages;

namespace Gdpr.Conformance.Tests.Pitfalls;

/// <summary>How other systems failed with their logs and with the privacy of the machinery, and what happens here: with every package registered.</summary>
public sealed class JournalTests
{
    private static readonly string[] Personal = ["marker-name", "marker@shop.example", "marker-address", "marker-text"];

    [Fact]
    public async Task What_proves_an_erasure_holds_nothing_of_whom_it_erased()
    {
        await using var host = await StartAsync();
        var person = await host.CustomerAsync("customer-4711");
        await host.GiveAsync(person);
        await host.AskAsync(person, Service);
        await host.CarryOutAsync(await host.ReceiveAsync(DataSubjectRight.Erasure, person, intake => intake with { Words = "Please forget marker-name." }));
        await host.PumpAsync();

        (await host.EntriesAsync()).ShouldAllBe(entry => Personal.All(text => !entry.Content.Data.Contains(text) && !entry.Stream.Contains(text)));
        foreach (var file in Directory.EnumerateFiles(host.Folder, "*", SearchOption.AllDirectories).Where(file => IsOfTheMachinery(host, file)))
        {
            var bytes = Encoding.UTF8.GetString(await ReadAsync(file));
            foreach (var text in Personal.Append("customer-4711"))
            {
                bytes.Contains(text, StringComparison.Ordinal).ShouldBeFalse($"'{text}' stands in {Path.GetFileName(file)}");
            }
        }
    }

    [Fact]
    public async Task Metrics_traces_logs_and_errors_name_nobody()
    {
        var (said, logs) = (new List<string>(), new Logs());
        using var meters = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        meters.Start();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Gdpr", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => Note($"{activity.DisplayName} {string.Join(' ', activity.TagObjects)}"),
        };
        ActivitySource.AddActivityListener(traces);
        await using var host = await StartAsync(services => services.AddSingleton<ILoggerProvider>(logs).AddLogging());
        var person = await host.CustomerAsync();
        await host.ApproveAsync();
        await host.RunAsync("crm.db", "UPDATE customers SET created = '1999-01-01', ended = 'marker-name is no date'");
        await host.CarryOutAsync(await host.ReceiveAsync(DataSubjectRight.Erasure, person));
        await host.RunAsync("shop.db", "ALTER TABLE orders RENAME TO orders_away");
        await host.PumpAsync();
        foreach (var attempt in new Func<Task>[]
        {
            () => host.Get<ConsentService>().WithdrawAsync(person, "marker-name"),
            () => host.Requests.ResolveAsync("marker-name", "marker-text", true, "x", Officer),
            () => host.Get<Unsubscription>().UnsubscribeAsync(SubjectIdentifier.OfEmail("marker@shop.example"), new UnsubscribeOrder(["marker-name and more"], "email", "mail")),
            () => host.Get<LegalHolds>().ReleaseAsync("marker-name", Officer),
        })
        {
            Note((await Should.ThrowAsync<Exception>(attempt)).ToString());
        }

        said.ShouldContain(text => text.StartsWith("gdpr.", StringComparison.Ordinal), "something was measured");
        foreach (var text in Personal.Except(["marker-name"]).Append(person.Key.ToString()).Append("'c1'"))
        {
            lock (said)
            {
                said.Concat(logs.Said).ShouldAllBe(one => !one.Contains(text, StringComparison.Ordinal), text);
            }
        }

        logs.Said.ShouldAllBe(one => !one.Contains("marker-name", StringComparison.Ordinal));

        void Note(string text)
        {
            lock (said)
            {
                said.Add(text);
            }
        }
    }

    [Fact]
    public async Task Forgetting_somebody_breaks_no_chain_and_changing_what_is_left_is_found()
    {
        await using var host = await StartAsync();
        var person = await host.CustomerAsync();
        await host.GiveAsync(person);
        await host.CarryOutAsync(await host.ReceiveAsync(DataSubjectRight.Erasure, person));
        await host.PumpAsync();
        (await host.VerifyAsync()).IsIntact.ShouldBeTrue();

        await host.RunAsync("gdpr-journal.db", "DELETE FROM gdpr_payload");
        (await host.VerifyAsync()).IsIntact.ShouldBeTrue("what the vault has erased is missed by no chain");
        foreach (var forgery in new[]
        {
            "UPDATE gdpr_journal SET payload = NULL WHERE position = (SELECT MIN(position) FROM gdpr_journal WHERE payload IS NOT NULL)",
            "UPDATE gdpr_journal SET data = replace(data, 'news', 'mews') WHERE type = 'consent-given'",
            "DELETE FROM gdpr_journal WHERE type = 'erasure-granted'",
        })
        {
            await using var forged = await StartAsync();
            var victim = await forged.CustomerAsync();
            await forged.GiveAsync(victim);
            await forged.RunAsync("crm.db", "UPDATE customers SET ended = '2026-01-01'");
            await forged.CarryOutAsync(await forged.ReceiveAsync(DataSubjectRight.Erasure, victim));
            await forged.PumpAsync();
            (await forged.VerifyAsync()).IsIntact.ShouldBeTrue();
            await forged.RunAsync("gdpr-journal.db", forgery);
            (await forged.VerifyAsync()).IsIntact.ShouldBeFalse(forgery);
        }
    }

    [Fact]
    public async Task What_cannot_be_recorded_is_not_done_and_nothing_that_was_is_dropped()
    {
        await using var host = await StartAsync();
        var person = await host.CustomerAsync();
        await host.GiveAsync(person);
        (await host.AskAsync(person, Newsletter)).IsAllowed.ShouldBeTrue();
        var before = (await host.EntriesAsync()).Count;
        await host.RunAsync("gdpr-journal.db", "CREATE TRIGGER full BEFORE INSERT ON gdpr_journal BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");

        await Should.ThrowAsync<GdprException>(() => host.AskAsync(person, Newsletter));
        await Should.ThrowAsync<Exception>(() => host.Get<ConsentService>().WithdrawAsync(person, Newsletter));
        await Should.ThrowAsync<Exception>(() => host.ReceiveAsync(DataSubjectRight.Erasure, person));
        (await host.ReadAsync("crm.db", "SELECT email FROM customers")).ShouldBe(["marker@shop.example"]);

        await host.RunAsync("gdpr-journal.db", "DROP TRIGGER full");
        (await host.EntriesAsync()).Count.ShouldBe(before);
        await host.Get<ConsentService>().WithdrawAsync(person, Newsletter);
        (await host.AskAsync(person, Newsletter)).IsAllowed.ShouldBeFalse();
        (await host.VerifyAsync()).IsIntact.ShouldBeTrue();
    }

    [Fact]
    public async Task The_journal_is_verified_by_the_pump_and_damage_stops_destruction_and_shows_in_health()
    {
        await using var host = await StartAsync();
        var person = await host.CustomerAsync();
        await host.GiveAsync(person);
        await host.ApproveAsync();
        await host.PumpAsync();
        (await host.Get<ComplianceReports>().ReadHealthAsync()).IsJournalDamaged.ShouldBeFalse();
        await host.RunAsync("gdpr-journal.db", "UPDATE gdpr_journal SET data = replace(data, 'news', 'mews') WHERE type = 'consent-given'");
        await host.RunAsync("crm.db", "UPDATE customers SET created = '1999-01-01'");

        host.Clock.Advance(Duration.FromDays(1));
        var report = await host.PumpAsync();

        report.Steps.Single(step => step.Name == "verify").Reason.ShouldNotBeNull("nobody had to ask");
        (await host.Get<ComplianceReports>().ReadHealthAsync()).IsJournalDamaged.ShouldBeTrue();
        report.DataSets.ShouldAllBe(dataSet => dataSet.Done.Records == 0);
        (await host.ReadAsync("crm.db", "SELECT name FROM customers")).ShouldBe(["marker-name"]);
        (await host.AskAsync(person, Service)).IsAllowed.ShouldBeFalse("what it says of people is not believed either");
    }

    /// <summary>What the application keeps itself is its own; of the rest, the vault alone may hold what is personal, sealed.</summary>
    private static bool IsOfTheMachinery(AllPackages host, string file) =>
        file.StartsWith(host.Journal, StringComparison.Ordinal) || file.Contains($"{Path.DirectorySeparatorChar}outside{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    private sealed class Logs : ILoggerProvider, ILogger
    {
        private readonly List<string> _said = [];

        public IReadOnlyList<string> Said
        {
            get
            {
                lock (_said)
                {
                    return [.. _said];
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("Gdpr", StringComparison.Ordinal) ? this
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_said)
            {
                _said.Add($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
