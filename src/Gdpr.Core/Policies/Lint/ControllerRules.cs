using Gdpr.Policies.Json;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Policies.Lint;

/// <summary>Controllers can be reached, and their time can be counted.</summary>
internal static class ControllerRules
{
    public static void Check(LintRun run)
    {
        foreach (var (id, controller, at) in Stated.In(run.Policy.Controllers, Place.Root / "controllers"))
        {
            CheckTimeZone(run, controller, at);
            CheckHolidays(run, controller, at);
            CheckPlace(run, controller, at);
            CheckFiscalYears(run, id, controller, at);
        }

        CheckActingController(run);
    }

    /// <summary>The controllers on whose time an activity's rules are counted: the one named, the only one, or all that it could be.</summary>
    private static bool ActsFor(LintRun run, Activity activity, string controller) =>
        activity.Controller is { } named ? named == controller : run.Policy.Controllers.Count == 1;

    private static void CheckTimeZone(LintRun run, Controller controller, Place at)
    {
        if (!string.IsNullOrWhiteSpace(controller.TimeZone) && DateTimeZoneProviders.Tzdb.GetZoneOrNull(controller.TimeZone) is null)
        {
            var nearest = NearestWord.To(controller.TimeZone, DateTimeZoneProviders.Tzdb.Ids);
            run.Report(FindingCodes.UnknownTimeZone, at / "timeZone", $"There is no time zone \"{controller.TimeZone}\".",
                nearest is null ? null : $"Did you mean \"{nearest}\"?");
        }
    }

    private static void CheckHolidays(LintRun run, Controller controller, Place at)
    {
        string[] known = [SwedishHolidays.Regulation1182.Id, SwedishHolidays.Law1930.Id, Weekends.Only.Id];
        if (!known.Contains(controller.Holidays, StringComparer.Ordinal))
        {
            run.Report(FindingCodes.UnknownHolidayCalendar, at / "holidays", $"There is no holiday calendar \"{controller.Holidays}\".");
        }
    }

    private static void CheckPlace(LintRun run, Controller controller, Place at)
    {
        CountryRules.Check(run, controller.Country, at / "country");
        if (Countries.IsWellFormed(controller.Country) && !Countries.IsInArea(controller.Country) && string.IsNullOrWhiteSpace(controller.Representative))
        {
            run.ReportMissing(FindingCodes.NoRepresentative, at, "representative",
                $"The controller is established in {controller.Country} and names no representative.");
        }

        var ours = controller.Authority.Contains("IMY", StringComparison.OrdinalIgnoreCase)
            || controller.Authority.Contains("Integritetsskyddsmyndigheten", StringComparison.OrdinalIgnoreCase);
        if (controller.Country == "SE" && !string.IsNullOrWhiteSpace(controller.Authority) && !ours)
        {
            run.Report(FindingCodes.OtherAuthority, at / "authority", $"\"{controller.Authority}\" does not receive complaints in Sweden.");
        }
    }

    private static void CheckFiscalYears(LintRun run, string id, Controller controller, Place at)
    {
        // An entry of nothing is reported as such; the index of the others is kept.
        var stated = Stated.In(controller.FiscalYears, at / "fiscalYears").ToArray();
        if (stated.Length > 0)
        {
            foreach (var problem in FiscalCalendar.Check([.. stated.Select(year => year.Value)]))
            {
                run.Report(problem.IsWarning ? FindingCodes.GapInFiscalYears : FindingCodes.ContradictoryFiscalYears, stated[problem.Index].At, problem.Message);
            }
        }
        else if (run.Activities.FirstOrDefault(activity => ActsFor(run, activity.Value, id) && CountsFiscalYears(activity.Value)) is { Id: { } counting })
        {
            run.ReportMissing(FindingCodes.NoFiscalYears, at, "fiscalYears",
                $"\"{counting}\" counts from the end of a fiscal year, and the controller states none.");
        }
    }

    private static bool CountsFiscalYears(Activity activity) =>
        RuleNodes.RulesOf(activity).Any(rule => RuleNodes.Within(rule.Rule, default)
            .Any(node => (node.Rule.After ?? node.Rule.Of)?.FiscalYearEndOf is not null));

    private static void CheckActingController(LintRun run)
    {
        if (run.Policy.Controllers.Count < 2)
        {
            return;
        }

        foreach (var (_, activity, at) in run.Activities)
        {
            if (string.IsNullOrWhiteSpace(activity.Controller))
            {
                run.ReportMissing(FindingCodes.RoleUndefined, at, "controller",
                    $"The policy declares {run.Policy.Controllers.Count} controllers, and the activity does not say for which it is.");
            }
        }
    }
}

/// <summary>Countries are written so that it can be seen whether the GDPR applies there.</summary>
internal static class CountryRules
{
    public static void Check(LintRun run, string? country, Place at)
    {
        if (!string.IsNullOrWhiteSpace(country) && !Countries.IsWellFormed(country))
        {
            var meant = Countries.CodeMeantBy(country);
            run.Report(FindingCodes.IllFormedCountry, at,
                $"\"{country}\" is not an ISO 3166 code.", meant is null ? null : $"Did you mean \"{meant}\"?");
        }
    }
}
