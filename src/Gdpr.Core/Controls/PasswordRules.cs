using System.Runtime.CompilerServices;
using Gdpr.Disposal;
using Gdpr.Policies;
using Gdpr.Processing.Tasks;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Controls;

/// <summary>The policy's rules for passwords: for each system the rules that govern it, one and the same password for all the systems of a rule.</summary>
public sealed class PasswordRules
{
    private readonly Func<GdprPolicy> _policy;
    private readonly IReadOnlyList<IPasswordAccounts> _accounts;
    private readonly IClock _clock;

    internal PasswordRules(Func<GdprPolicy> policy, IEnumerable<IPasswordAccounts> accounts, IClock clock)
    {
        _policy = policy;
        _accounts = [.. accounts];
        _clock = clock;
    }

    /// <summary>The ids of the rules that govern a system, in policy order.</summary>
    /// <param name="system">The system's id in the policy.</param>
    public IReadOnlyList<string> Of(string system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return [.. _policy().PasswordRules.Where(rule => rule.Value.Systems.Contains(system, StringComparer.Ordinal)).Select(rule => rule.Key)];
    }

    /// <summary>What a candidate breaks of the rules that govern a system, each part once. The candidate is not kept.</summary>
    /// <param name="system">The system's id in the policy.</param>
    /// <param name="candidate">The candidate, as typed.</param>
    /// <exception cref="InvalidEvidenceException">No rule governs the system: nothing says what will do, and so nothing does.</exception>
    public IReadOnlyList<BrokenPasswordRule> Check(string system, ReadOnlySpan<char> candidate)
    {
        var rules = Of(system);
        if (rules.Count == 0)
        {
            throw new InvalidEvidenceException([$"No password rule of the policy governs the system '{system}': name it in a rule's systems."]);
        }

        var broken = new List<BrokenPasswordRule>();
        foreach (var rule in rules)
        {
            broken.AddRange(PasswordRuleCheck.Check(_policy().PasswordRules[rule], candidate));
        }

        return [.. broken.Distinct()];
    }

    /// <summary>The accounts whose password must be changed: those whose time is over, and those of which nobody knows when it was last changed.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <remarks>The period runs in calendar time from the day of the change, in the zone of the policy's first controller: changed on 30 November, three months end
    /// with 28 February. What an account's register does not answer is an exception, never an empty list.</remarks>
    public async IAsyncEnumerable<ExpiredPassword> ListExpiredAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (policy, zone) = (_policy(), PolicyControllers.ZoneOf(_policy()));
        var today = LocalDays.TodayAt(_clock.GetCurrentInstant(), zone);
        foreach (var accounts in _accounts)
        {
            var rules = policy.PasswordRules
                .Where(rule => rule.Value.ChangeAfter is not null && rule.Value.Systems.Contains(accounts.System, StringComparer.Ordinal)).ToArray();
            if (rules.Length == 0)
            {
                continue;
            }

            await foreach (var account in accounts.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (var (id, rule) in rules)
                {
                    LocalDate? last = account.Changed is { } changed ? rule.ChangeAfter!.Value.EndOf(LocalDays.DateOf(changed, zone)) : null;
                    if (last is not { } day || today > day)
                    {
                        yield return new ExpiredPassword(id, accounts.System, account.Id, last);
                    }
                }
            }
        }
    }
}

/// <summary>A register of the accounts of a system, which the host adds to the container: without names, and without passwords.</summary>
public interface IPasswordAccounts
{
    /// <summary>The system's id in the policy.</summary>
    string System { get; }

    /// <summary>The accounts that are open.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<PasswordAccount> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>An account, as far as its password's age is concerned.</summary>
/// <param name="Id">An opaque id: no user name, no address.</param>
/// <param name="Changed">When the password was last changed; <see langword="null"/> where nobody knows.</param>
public sealed record PasswordAccount(string Id, Instant? Changed);

/// <summary>An account whose password must be changed.</summary>
/// <param name="Rule">The rule's id in the policy.</param>
/// <param name="System">The system.</param>
/// <param name="Account">The account's opaque id.</param>
/// <param name="LastDay">The last local date, inclusive, on which it was good; <see langword="null"/> where nobody knows when it was changed.</param>
public sealed record ExpiredPassword(string Rule, string System, string Account, LocalDate? LastDay);

/// <summary>Passwords to be changed: one line per rule and system, not per account.</summary>
internal sealed class PasswordDueItems(PasswordRules rules) : IDueItems
{
    public async IAsyncEnumerable<DueItem> ReadAsync(Instant now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var expired = new SortedDictionary<(string Rule, string System), long>();
        await foreach (var account in rules.ListExpiredAsync(cancellationToken).ConfigureAwait(false))
        {
            expired[(account.Rule, account.System)] = expired.GetValueOrDefault((account.Rule, account.System)) + 1;
        }

        foreach (var ((rule, system), count) in expired)
        {
            yield return new DueItem(DueKinds.PasswordChange, $"password/{rule}/{system}", now, "") { Article = "Art. 32(1)", About = system, Count = count };
        }
    }
}
