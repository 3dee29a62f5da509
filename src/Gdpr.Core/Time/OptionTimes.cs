using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Gdpr.Time;

/// <summary>What is wrong with times that a host sets: each names the option, and what may be stated.</summary>
internal static class OptionTimes
{
    /// <summary>How many days the longest time has that makes sense: ten years.</summary>
    public const int MostDays = 3660;

    private static readonly LocalDate Reference = new(2000, 1, 1);

    /// <summary>What is wrong with a time; nothing where it may be used.</summary>
    public static IEnumerable<string> Problems(string name, TimeSpan time, bool mayBeZero = false) => Problems(name, Duration.FromTimeSpan(time), mayBeZero);

    /// <inheritdoc cref="Problems(string, TimeSpan, bool)"/>
    public static IEnumerable<string> Problems(string name, Duration time, bool mayBeZero = false) =>
        time > Duration.FromDays(MostDays) || time < Duration.Zero || (time == Duration.Zero && !mayBeZero) ? [Problem(name, time.ToString("o", CultureInfo.InvariantCulture), mayBeZero)] : [];

    /// <inheritdoc cref="Problems(string, TimeSpan, bool)"/>
    public static IEnumerable<string> Problems(string name, CalendarPeriod period) =>
        period.IsEmpty || Period.DaysBetween(Reference, period.EndOf(Reference)) > MostDays ? [Problem(name, period.ToString(), mayBeZero: false)] : [];

    /// <summary>What is wrong with a number of days or hours.</summary>
    public static IEnumerable<string> Problems(string name, int count, int least, int most) =>
        count < least || count > most ? [string.Create(CultureInfo.InvariantCulture, $"{name} is {count}: state {least} to {most}, which are at most {MostDays:N0} days.")] : [];

    /// <summary>What is wrong with the name of who answers for something.</summary>
    public static IEnumerable<string> Problems(string name, string? function) =>
        string.IsNullOrWhiteSpace(function) ? [$"{name} is empty: name a function in the organisation."] : [];

    private static string Problem(string name, string time, bool mayBeZero) => string.Create(
        CultureInfo.InvariantCulture, $"{name} is {time}: state {(mayBeZero ? "zero or more" : "more than zero")}, and at most {MostDays:N0} days.");
}

/// <summary>Stops the start of a host whose options cannot be used, and says everything that is wrong with them.</summary>
/// <param name="what">Whose options they are.</param>
/// <param name="problemsOf">What is wrong with them.</param>
/// <typeparam name="T">The options.</typeparam>
internal sealed class OptionsCheck<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
    string what, Func<T, IEnumerable<string>> problemsOf) : IValidateOptions<T>
    where T : class
{
    /// <summary>Adds the options, checked at the start.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="what">Whose options they are, as the errors say it.</param>
    /// <param name="problemsOf">What is wrong with them; nothing where they can be used.</param>
    public static void Add(IServiceCollection services, string what, Func<T, IEnumerable<string>> problemsOf)
    {
        services.AddOptions<T>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<T>>(new OptionsCheck<T>(what, problemsOf)));
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, T options)
    {
        string[] problems = [.. problemsOf(options).Select(problem => $"{what}: {problem}")];
        return problems.Length > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}
