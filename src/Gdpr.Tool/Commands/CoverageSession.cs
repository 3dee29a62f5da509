using System.Text;
using Gdpr.Relational.Coverage;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Time;
using Gdpr.Tool.Policies;
using Gdpr.Tool.Terminals;
using Gdpr.Tool.Workplaces;
using NodaTime;

namespace Gdpr.Tool.Commands;

/// <summary>One run of <c>gdpr coverage</c>.</summary>
internal sealed class CoverageSession(
    Terminal terminal, string policyFile, CoverageDatabase database, string? baselineFile, BaselinePromise? promise, bool isJson)
{
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var file = PolicyFile.Read(policyFile);
        file.Mention(terminal.Error);
        var schedule = Compile(file);
        var today = LocalDays.TodayAt(terminal.Now, DateTimeZoneProviders.Tzdb[schedule.Policy.Controllers.Values.First().TimeZone]);
        var findings = await database.CheckAsync(schedule, cancellation).ConfigureAwait(false);
        var baseline = promise is null ? Read(baselineFile, today) : Record(findings, promise, today);
        var outcome = baseline.Judge(findings, today);
        await WriteAsync(outcome).ConfigureAwait(false);
        return outcome.IsInOrder ? ExitCode.Done : ExitCode.Findings;
    }

    private static RetentionSchedule Compile(PolicyFile file)
    {
        var policy = file.GetDecisive();
        try
        {
            return RetentionSchedule.Compile(policy, []);
        }
        catch (Gdpr.Policies.GdprPolicyException refusal)
        {
            throw file.Refuse(refusal.Findings);
        }
    }

    private static CoverageBaseline Read(string? path, LocalDate today)
    {
        if (path is null)
        {
            return CoverageBaseline.Empty;
        }

        try
        {
            return CoverageBaseline.Parse(Encoding.UTF8.GetString(InputFiles.ReadAll(path)), today);
        }
        catch (FormatException problem)
        {
            throw new BadInputException($"{path}: {problem.Message}");
        }
    }

    /// <summary>Records the gaps beside those that the file knows already.</summary>
    private static CoverageBaseline Record(IReadOnlyList<CoverageFinding> findings, BaselinePromise promise, LocalDate today)
    {
        var before = Read(File.Exists(promise.File) ? promise.File : null, today);
        try
        {
            var baseline = CoverageBaseline.Record(findings, promise.Owner, promise.MendBy, today, before);
            File.WriteAllText(promise.File, baseline.ToJson());
            return baseline;
        }
        catch (FormatException problem)
        {
            throw new BadInputException($"{promise.File}: {problem.Message}");
        }
    }

    private async Task WriteAsync(CoverageOutcome outcome)
    {
        var writer = terminal.Out;
        if (isJson)
        {
            await writer.WriteLineAsync(ToolJson.Write(CoverageReport.Of(outcome), ToolJson.Default.CoverageReport)).ConfigureAwait(false);
            return;
        }

        foreach (var problem in outcome.Problems)
        {
            await writer.WriteLineAsync(problem.ToString()).ConfigureAwait(false);
        }

        foreach (var gone in outcome.Gone)
        {
            await writer.WriteLineAsync($"{gone}: it does not occur any more. Take it out of the baseline.").ConfigureAwait(false);
        }

        await writer.WriteLineAsync(Summary(outcome)).ConfigureAwait(false);
    }

    private static string Summary(CoverageOutcome outcome)
    {
        string[] parts =
        [
            Count(outcome.New.Count, "finding"),
            .. outcome.Lapsed.Count > 0 ? [$"{Count(outcome.Lapsed.Count, "known gap")} whose day has passed"] : Array.Empty<string>(),
            .. outcome.Known.Count > 0 ? [$"{Count(outcome.Known.Count, "known gap")} with time left"] : Array.Empty<string>(),
        ];
        return $"{string.Join(", ", parts)}.";
    }

    private static string Count(int number, string what) => number switch
    {
        0 => $"no {what}s",
        1 => $"1 {what}",
        _ => FormattableString.Invariant($"{number} {what}s"),
    };
}
