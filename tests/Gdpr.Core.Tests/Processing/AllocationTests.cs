using Gdpr.Journals;
using Gdpr.Processing;
using Gdpr.Subjects;

namespace Gdpr.Core.Tests.Processing;

/// <summary>What is asked for every record costs the collector nothing.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData("service-provision", "crm.customers.name")]
    [InlineData("direct-marketing", "crm.customers.email")]
    public void A_decision_that_allows_allocates_nothing(string purpose, string data)
    {
        const int Decisions = 1000;
        var (program, person) = (ProcessingProgram.Compile(Office.Policy()), new DataSubject("office", new SubjectKey("k1")));
        var state = new SubjectState
        {
            Consents = [new ConsentState("direct-marketing", ConsentPhase.Given, Office.Now, Office.Now) { Text = "newsletter-2026" }],
            Objections = [new ObjectionState("o", ["service-improvement"], ObjectionPhase.Pending, Office.Now, Office.Now)],
        };
        var question = new ProcessingQuestion(program.Prepare(new ProcessingRequest(person, purpose) { Data = [data], Actor = ProcessingActor.Person("staff", "anna") }));
        var standing = program.StandingOf(person, state, Office.Now);
        ProcessingProgram.Decide(question, standing, Office.Now).IsAllowed.ShouldBeTrue();

        var (before, allowed) = (GC.GetAllocatedBytesForCurrentThread(), 0);
        for (var decision = 0; decision < Decisions; decision++)
        {
            allowed += ProcessingProgram.Decide(question, standing, Office.Now).IsAllowed ? 1 : 0;
        }

        (GC.GetAllocatedBytesForCurrentThread() - before, allowed).ShouldBe((0, Decisions));
    }
}
