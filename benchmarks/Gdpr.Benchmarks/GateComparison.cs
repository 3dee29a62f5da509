using System.Diagnostics;
using System.Globalization;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Processing;
using Gdpr.Sqlite.Stores;
using Gdpr.Subjects;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Gdpr.Benchmarks;

/// <summary>The gate: a decision by itself, and a recorded one against the one read and the one append that it cannot do without.</summary>
internal static class GateComparison
{
    private const int Decisions = 2_000_000;
    private const int Recorded = 5_000;
    private const int People = 1_000;
    private const int Rounds = 11;

    private static readonly Instant Now = Instant.FromUtc(2026, 6, 15, 12, 0);

    public static async Task RunAsync()
    {
        using var stream = typeof(GateComparison).Assembly.GetManifestResourceStream("grafokett.json") ?? throw new InvalidOperationException("There is no such policy.");
        using var text = new MemoryStream();
        await stream.CopyToAsync(text);
        var policy = PolicyReader.Read(text.ToArray()).GetUsable();
        Console.WriteLine("| decision | ns | bytes allocated |\n|---|---|---|");
        foreach (var (name, question, standing) in Questions(policy))
        {
            Measure(name, question, standing);
        }

        var folder = Directory.CreateTempSubdirectory("gdpr-benchmark-").FullName;
        try
        {
            await MeasureRecordedAsync(policy, Path.Combine(folder, "gdpr.db"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<(string Name, ProcessingQuestion Question, SubjectStanding Standing)> Questions(GdprPolicy policy)
    {
        var program = ProcessingProgram.Compile(policy);
        var person = new DataSubject(policy.Controllers.Keys.First(), new SubjectKey("k1"));
        foreach (var kind in new[] { LawfulBasisKind.Contract, LawfulBasisKind.Consent, LawfulBasisKind.LegitimateInterest })
        {
            var (id, activity) = policy.Activities.First(one => one.Value.Basis?.Kind == kind && RoleOf(policy, one.Value) is not null);
            var state = new SubjectState
            {
                Consents = [new ConsentState(activity.Purpose, ConsentPhase.Given, Now, Now) { Text = activity.Basis?.Consent?.Text }],
                Objections = [new ObjectionState("o", ["something-else"], ObjectionPhase.Pending, Now, Now)],
            };
            var (role, isService) = RoleOf(policy, activity)!.Value;
            var use = program.Prepare(new ProcessingRequest(person, activity.Purpose) { Activity = id, Actor = new ProcessingActor(role, "benchmark", isService) });
            yield return ($"{kind}, allowed", new ProcessingQuestion(use), program.StandingOf(person, state, Now));
            yield return ($"{kind}, restricted", new ProcessingQuestion(use), program.StandingOf(
                person, state with { Restrictions = [new RestrictionState("r", RestrictionGround.Claims, [], RestrictionPhase.Placed, Now, Now)] }, Now));
        }
    }

    private static (string Role, bool IsService)? RoleOf(GdprPolicy policy, Policies.Activity activity) => policy.Roles
        .Where(role => !role.Value.Delegated && role.Value.May.Any(permission => permission.Purpose == activity.Purpose && permission.Categories.Count == 0))
        .Select(role => ((string, bool)?)(role.Key, role.Value.Service)).FirstOrDefault();

    private static void Measure(string name, ProcessingQuestion question, SubjectStanding standing)
    {
        var times = new double[Rounds];
        var bytes = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            var (before, start, allowed) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp(), 0);
            var count = name.Contains("allowed", StringComparison.Ordinal) ? Decisions : Decisions / 100;
            for (var i = 0; i < count; i++)
            {
                allowed += ProcessingProgram.Decide(question, standing, Now).IsAllowed ? 1 : 0;
            }

            times[round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / count;
            if (allowed != 0 != name.Contains("allowed", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{name}: {ProcessingProgram.Decide(question, standing, Now)}");
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {Median(times):F1} | {bytes} |"));
    }

    private static async Task MeasureRecordedAsync(GdprPolicy policy, string path)
    {
        var services = new ServiceCollection();
        services.AddGdpr(gdpr => gdpr.UsePolicy(policy).UseSqlite($"Data Source={path}").UseKeyRing("memory", _ => InMemoryKeyRing.WithRandomKey()));
        await using var provider = services.BuildServiceProvider();
        var (gate, directory) = (provider.GetRequiredService<IProcessingGate>(), provider.GetRequiredService<SubjectDirectory>());
        await provider.GetRequiredService<IJournalStore>().PrepareAsync(CancellationToken.None);
        await provider.GetRequiredService<IStateStore>().PrepareAsync(CancellationToken.None);
        await provider.GetRequiredService<ISubjectVault>().PrepareAsync(CancellationToken.None);
        var activity = policy.Activities.Values.First(one => one.Basis?.Kind == LawfulBasisKind.Contract && RoleOf(policy, one) is not null);
        var (role, isService) = RoleOf(policy, activity)!.Value;
        var people = new DataSubject[People];
        for (var i = 0; i < People; i++)
        {
            people[i] = await directory.RegisterAsync(new SubjectRegistration(SubjectIdentifier.OfHost($"person-{i}")));
        }

        var actor = new ProcessingActor(role, "benchmark", isService);
        var whole = await TimeAsync(async i =>
        {
            var decision = await gate.DecideAsync(new ProcessingRequest(people[i % People], activity.Purpose) { Actor = actor });
            if (!decision.IsAllowed)
            {
                throw new InvalidOperationException(decision.ToString());
            }
        });
        var (states, journal) = (provider.GetRequiredService<IStateStore>(), provider.GetRequiredService<IJournalStore>());
        var bare = await TimeAsync(async i =>
        {
            await states.ReadAsync("subjects", people[i % People].Controller, people[i % People].Key.ToString(), CancellationToken.None);
            await journal.AppendAsync(
                $"bare/{people[i % People]}", JournalStream.AnyVersion, Now, [new NewJournalEntry("bare", Now, $$"""{ "policy": "{{policy.Hash}}" }""")], null, CancellationToken.None);
        });
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"\nSQLite: {whole:F1} microseconds a recorded decision; {bare:F1} for one indexed read and one append; {whole / bare:F2} times."));
    }

    private static async Task<double> TimeAsync(Func<int, Task> call)
    {
        for (var i = 0; i < People; i++)
        {
            await call(i);
        }

        var times = new double[Recorded];
        for (var i = 0; i < Recorded; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await call(i);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        return Median(times);
    }

    private static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);
}
