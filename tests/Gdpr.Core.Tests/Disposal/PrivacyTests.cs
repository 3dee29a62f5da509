using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Gdpr.Disposal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gdpr.Core.Tests.Disposal;

/// <summary>The machinery tells nothing of people: every name, key and reason planted in a whole life is looked for in all that it says.</summary>
public sealed class PrivacyTests
{
    // What is planted: names, addresses, the matter and reason of a hold, the kill switch's reason, and the keys of records.
    private static readonly string[] Planted = ["marker", "gone-", "half-", "kept-", "unknown-", "\"old-", "open-"];

    [Fact]
    public async Task Logs_journal_states_metrics_and_traces_hold_no_personal_data()
    {
        var said = new ConcurrentQueue<string>();
        using var meters = ListenTo(said);
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Gdpr",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => said.Enqueue($"{activity.DisplayName} {string.Join(' ', activity.TagObjects)} {activity.StatusDescription}"),
        };
        ActivitySource.AddActivityListener(activities);
        var failures = 0;
        var world = new ShopWorld(around: source => new HookedSource(source, call => call == "before dispose" && failures++ < 2
            ? Task.FromException(new InvalidOperationException("Marker-Name of record gone-1 broke it")) : Task.CompletedTask));
        await using (var shop = Shop.Open(world, before: services => services.AddSingleton<ILoggerFactory>(new Recorder(said)).AddSingleton(typeof(ILogger<>), typeof(Logger<>))))
        {
            await shop.Work.PrepareAsync();
            (await shop.Holds.PlaceAsync(Shop.Terms(records: ["gone-1"]))).ToString().ShouldNotContain("Marker");
            await shop.Holds.PlaceAsync(Shop.Terms(subjects: ["gone-2"]));
            await shop.ApproveAsync();
            var report = await shop.Work.RunDueAsync(Shop.Now, TimeSpan.FromMinutes(1));
            said.Enqueue(string.Join(' ', report.DataSets.Select(dataSet => dataSet.Detail)));
            await shop.KillSwitch.TurnOnAsync("Marker-Reason", "operations");
            await shop.Sweep.RunAsync();
            await shop.KillSwitch.TurnOffAsync("operations");
            (await shop.Sweep.RunAsync()).IsComplete.ShouldBeTrue();
            await shop.Holds.ReleaseAsync((await shop.Holds.ListAsync())[0].Id, "legal-department");
        }

        said.ShouldContain(line => line.Contains("InvalidOperationException"));
        foreach (var entry in await world.EntriesAsync())
        {
            said.Enqueue($"{entry.Stream} {entry.Content.Type} {entry.Content.Data}");
        }

        foreach (var fold in new[] { "holds", "facts", "sweep-approvals" })
        {
            await foreach (var state in world.States.ReadFoldAsync(fold, CancellationToken.None))
            {
                said.Enqueue($"{state.Key} {state.Content}");
            }
        }

        said.Count.ShouldBeGreaterThan(50);
        said.Where(line => Planted.Any(planted => line.Contains(planted, StringComparison.OrdinalIgnoreCase))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("anna@company.example")]
    [InlineData("19121212-1212")]
    public async Task A_function_that_looks_like_a_person_is_refused(string by)
    {
        await using var shop = Shop.Open();

        await Should.ThrowAsync<ArgumentException>(() => shop.KillSwitch.TurnOnAsync("reason", by));
        await Should.ThrowAsync<ArgumentException>(async () => await shop.Sweep.ApproveAsync(await shop.Sweep.PreviewAsync(), by));
    }

    private static MeterListener ListenTo(ConcurrentQueue<string> said)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "Gdpr")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => said.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        listener.Start();
        return listener;
    }

    private sealed class Recorder(ConcurrentQueue<string> said) : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            said.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");
    }
}
