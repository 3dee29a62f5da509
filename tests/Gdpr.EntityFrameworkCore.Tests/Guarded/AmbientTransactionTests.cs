using System.Transactions;
using Gdpr.EntityFrameworkCore.Visibility;
using Gdpr.PostgresServer;
using Gdpr.Sources;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Tests.Guarded;

/// <summary>Transactions that are around the context and not its own.</summary>
public sealed class AmbientTransactionTests
{
    [PostgresFact]
    public async Task Records_are_not_deleted_in_an_ambient_transaction_in_which_no_fact_can_be_kept()
    {
        await using var host = await GuardedHost<MixedTableTests.SelfMixedFree>.CreateAsync(GuardedPolicies.Of(others: "firms"), isPostgres: true);
        await host.AddAsync(new MixedTableTests.Head { Id = 1, Person = "p1" }, new MixedTableTests.Head { Id = 2, Person = "p2" });
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await using var context = host.Open();
            var head = await context.Set<MixedTableTests.Head>().SingleAsync(one => one.Id == 1);
            head.Name = "changed";
            await context.SaveChangesAsync();
            context.Remove(head);
            (await Should.ThrowAsync<GuardBypassException>(() => context.SaveChangesAsync())).Message.ShouldBe(
                "SaveChanges deletes records, or gives them to another person, in an ambient transaction (TransactionScope), in which what forbids it cannot be held still. "
                + "Begin the transaction with context.Database.BeginTransaction, or let SaveChanges begin its own: nothing else is needed.");
            context.Entry(head).State = EntityState.Unchanged;
            scope.Complete();
        }

        await using var after = host.Open();
        await using (var transaction = await after.Database.BeginTransactionAsync())
        {
            after.Remove(await after.Set<MixedTableTests.Head>().SingleAsync(one => one.Name == "changed"));
            await after.SaveChangesAsync();
            await transaction.CommitAsync();
        }

        (await host.CountAsync("Parties")).ShouldBe(1);
    }

    [PostgresFact]
    public async Task Whatever_comes_back_from_a_form_with_the_same_person_is_saved_in_an_ambient_transaction_and_nobody_else_is_given_it()
    {
        await using var host = await GuardedHost<GivenAwayTests.Crm>.CreateAsync(GuardedPolicies.Of(), isPostgres: true);
        await host.AddAsync(new GivenAwayTests.Customer { Id = 1, Person = "p1", Name = "One" });
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
        await using var context = host.Open();
        var customer = new GivenAwayTests.Customer { Id = 1, Person = "p1", Name = "Uno" };
        context.Update(customer);
        (await context.SaveChangesAsync()).ShouldBe(1);
        customer.Person = "p2";
        await Should.ThrowAsync<GuardBypassException>(() => context.SaveChangesAsync());
    }

    [PostgresFact]
    public async Task A_host_that_is_only_warned_deletes_in_an_ambient_transaction()
    {
        await using var host = await GuardedHost<MixedTableTests.SelfMixedFree>.CreateAsync(
            GuardedPolicies.Of(others: "firms"), isPostgres: true, use: gdpr => gdpr.Bypasses = BypassReaction.Warn);
        await host.AddAsync(new MixedTableTests.Head { Id = 1, Person = "p1" });
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await using var context = host.Open();
            context.Remove(await context.Set<MixedTableTests.Head>().SingleAsync());
            await context.SaveChangesAsync();
            scope.Complete();
        }

        (await host.CountAsync("Parties")).ShouldBe(0);
    }
}
